#include "cds-hooks/commands/cli_text.h"

#include <algorithm>
#include <vector>

#include "cds-hooks/cards/messages.h"

namespace cathgate::cds_hooks {
namespace {

std::string bold(std::string_view text, const TextStyle& style) {
  std::string out(style.bold ? "\033[1m" : "");
  return out.append(text).append(style.bold ? "\033[0m" : "");
}

// Whether "[text](address)" begins here; "[2]" alone is the number of a source.
bool opens_link(std::string_view markdown) {
  const auto close = markdown.find(']');
  return close != std::string_view::npos && close + 1 < markdown.size() && markdown[close + 1] == '(';
}

// Escapes become their characters, marks of emphasis and code go, and a link shows its address.
std::string inline_text(std::string_view markdown) {
  std::string out;
  for (std::size_t i = 0; i < markdown.size(); ++i) {
    const char c = markdown[i];
    if (c == '\\' && i + 1 < markdown.size()) {
      out += markdown[++i];
    } else if (c == ']' && i + 1 < markdown.size() && markdown[i + 1] == '(') {
      const auto close = std::min(markdown.find(')', i), markdown.size());
      out.append(" (").append(markdown.substr(i + 2, close - i - 2)).append(")");
      i = close;
    } else if (c != '*' && c != '`' && !(c == '[' && opens_link(markdown.substr(i)))) {
      out += c;
    }
  }
  return out;
}

// Words on lines of at most the style's width; the first line starts with `first`, the others with `indent`.
void append_wrapped(std::string& out, std::string_view text, std::string_view first, std::string_view indent, const TextStyle& style) {
  std::string line(first);
  bool empty = true;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (word.empty()) continue;
    if (!empty && code_points(line) + 1 + code_points(word) > style.width) {
      out.append(line).append("\n");
      line = indent;
      empty = true;
    }
    if (!empty) line += ' ';
    line += word;
    empty = false;
  }
  out.append(line).append("\n");
}

using Row = std::vector<std::string>;

Row read_row(std::string_view line) {
  Row cells;
  std::size_t begin = 1;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '\\') ++i;
    else if (line[i] == '|') {
      const std::string cell = inline_text(line.substr(begin, i - begin));
      const auto first = std::min(cell.find_first_not_of(' '), cell.size());
      cells.push_back(cell.substr(first, cell.find_last_not_of(' ') + 1 - first));
      begin = i + 1;
    }
  }
  return cells;
}

bool is_rule(const Row& row) {
  return std::ranges::all_of(row, [](const std::string& cell) { return cell.find_first_not_of("-: ") == std::string::npos && !cell.empty(); });
}

void append_table(std::string& out, const std::vector<Row>& rows, const TextStyle& style) {
  std::vector<std::size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], code_points(row[i]));
  }
  for (const Row& row : rows) {
    std::string line = "  ";
    for (std::size_t i = 0; i < row.size(); ++i) {
      line += row[i];
      if (i + 1 < row.size()) line.append(widths[i] - code_points(row[i]) + 2, ' ');
    }
    out.append(&row == &rows.front() ? bold(line, style) : line).append("\n");
  }
}

void append_line(std::string& out, std::string_view line, const TextStyle& style) {
  if (line.starts_with('#')) {
    out.append(bold(inline_text(line.substr(std::min(line.find_first_not_of("# "), line.size()))), style)).append("\n");
  } else if (line.starts_with("- ") || line.starts_with("* ")) {
    append_wrapped(out, inline_text(line.substr(2)), "  - ", "    ", style);
  } else {
    append_wrapped(out, inline_text(line), "", "", style);
  }
}

void append_card(std::string& out, JsonValue card, const TextStyle& style) {
  std::string indicator(card["indicator"].text());
  std::ranges::transform(indicator, indicator.begin(), [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  append_wrapped(out, bold(indicator.append(": ").append(card["summary"].text()), style), "", "  ", style);
  out.append("Source: ").append(card["source"]["label"].text()).append("\n\n");
  out += write_markdown_text(card["detail"].text(), style);
  const auto list = [&](std::string_view title, std::string_view member, std::string_view text) {
    if (card[member].size() > 0) out.append("\n").append(bold(title, style)).append("\n");
    for (const auto item : card[member].elements()) append_wrapped(out, item[text].text(), "  - ", "    ", style);
  };
  list("Suggested with one click", "suggestions", "label");
  list("Reasons for deciding otherwise", "overrideReasons", "display");
  list("Links", "links", "url");
}

}  // namespace

std::string write_markdown_text(std::string_view markdown, const TextStyle& style) {
  std::string out;
  std::vector<Row> table;
  while (!markdown.empty()) {
    const auto end = std::min(markdown.find('\n'), markdown.size());
    const std::string_view line = markdown.substr(0, end);
    markdown.remove_prefix(std::min(end + 1, markdown.size()));
    if (line.starts_with('|')) {
      Row row = read_row(line);
      if (!is_rule(row)) table.push_back(std::move(row));
      continue;
    }
    append_table(out, table, style);
    table.clear();
    append_line(out, line, style);
  }
  append_table(out, table, style);
  return out;
}

std::string write_answer_text(JsonValue answer, const TextStyle& style) {
  std::string out;
  for (const auto card : answer["cards"].elements()) {
    if (!out.empty()) out.append("\n").append(style.width, '-').append("\n\n");
    append_card(out, card, style);
  }
  return out.empty() ? "No card: there is no advice to give.\n" : out;
}

}  // namespace cathgate::cds_hooks
