#include "fhir/cad_rads_text.h"

#include <algorithm>
#include <optional>

namespace cathgate::fhir {
namespace {

using std::string_view;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c & 0x80);
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return is_letter(c) || is_digit(c);
}
char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// A place in lower-case text with the few moves that the grammar needs.
class Cursor {
 public:
  Cursor(string_view text, std::size_t at) : text_(text), at_(at) {}
  std::size_t at() const { return at_; }
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  void skip(std::size_t n = 1) { at_ = std::min(text_.size(), at_ + n); }
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t') skip();
  }
  bool take(string_view token) { return text_.substr(at_).starts_with(token) && (skip(token.size()), true); }
  // A token that no letter or digit continues.
  bool take_word(string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    const char next = peek(token.size());
    if (is_word(token.back()) && is_word(next)) return false;
    if (is_digit(token.back()) && next == '.' && is_digit(peek(token.size() + 1))) return false;
    return skip(token.size()), true;
  }

 private:
  string_view text_;
  std::size_t at_;
};

// "cad-rads", "cadrads", "cad rads", "cad_rads" at a word's beginning; the position behind it.
std::optional<std::size_t> marker_end(string_view text, std::size_t at) {
  if (at > 0 && is_word(text[at - 1])) return std::nullopt;
  Cursor c(text, at);
  if (!c.take("cad")) return std::nullopt;
  if (c.peek() == '-' || c.peek() == ' ' || c.peek() == '_') c.skip();
  if (!c.take("rads")) return std::nullopt;
  return c.at();
}

// Words that may stand between the marker and the category; longest phrases come first in the list.
void skip_filler(Cursor& c, const CadRadsWords& words) {
  for (bool moved = true; moved;) {
    c.skip_blanks();
    moved = std::any_of(words.filler.begin(), words.filler.end(), [&](const std::string& f) { return c.take_word(f); });
  }
}

// "4a", "n": true when a category stands here. "2" of "2.0", "n" of "normal" and "n/a" are none.
bool take_category(Cursor& c, CadRadsMention& m) {
  for (string_view name : {"4a", "4b", "0", "1", "2", "3", "4", "5"}) {
    if (!c.take_word(name)) continue;
    m.category = name;
    for (char& letter : m.category)
      if (letter >= 'a') letter = static_cast<char>(letter - 'a' + 'A');
    return true;
  }
  if (c.take_word("n/a")) return false;  // "not applicable" is no category
  return c.take_word("n") && (m.non_diagnostic = true);
}

bool take_ischaemia(Cursor& c, CadRadsMention& m) {
  struct Form {
    string_view text;
    string_view meaning;
  };
  static constexpr Form kForms[] = {{"i+/-", "borderline"}, {"i(+/-)", "borderline"}, {"i\u00B1", "borderline"},
                                    {"i+", "positive"},     {"i(+)", "positive"},     {"i-", "negative"},
                                    {"i(-)", "negative"},   {"i\u2212", "negative"}};
  for (const Form& f : kForms)
    if (c.take(f.text)) return m.ischaemia = f.meaning, true;
  return false;
}

// One modifier. Single letters count only after a separator, or "3 s" would be read out of a sentence.
bool take_modifier(Cursor& c, bool separated, CadRadsMention& m) {
  for (string_view p : {"p1", "p2", "p3", "p4"})
    if (c.take_word(p)) return m.plaque = p, m.plaque[0] = 'P', true;
  if (c.take_word("p0")) return true;
  if (c.take_word("hrp")) return m.high_risk_plaque = true;
  if (take_ischaemia(c, m)) return true;
  if (!separated) return false;
  if (c.take_word("n")) return m.non_diagnostic = true;
  if (c.take_word("s")) return m.stent = true;
  if (c.take_word("g")) return m.graft = true;
  if (c.take_word("e")) return m.exception = true;
  return c.take_word("v") && (m.high_risk_plaque = true);  // "vulnerable plaque", the first version's HRP
}

void take_modifiers(Cursor& c, CadRadsMention& m) {
  for (;;) {
    Cursor ahead = c;
    ahead.skip_blanks();
    bool separated = false;
    while (ahead.peek() == '/' || ahead.peek() == '\\' || ahead.peek() == ',' || ahead.peek() == '&') {
      separated = separated || ahead.peek() != ',';
      ahead.skip();
      ahead.skip_blanks();
    }
    for (string_view word : {"modifiers", "modifier"})
      if (ahead.take_word(word)) {
        separated = true;
        ahead.skip_blanks();
        if (ahead.peek() == ':') ahead.skip();
        ahead.skip_blanks();
      }
    if (!take_modifier(ahead, separated, m)) return;
    c = ahead;
  }
}

// A second category right behind the first ("3 or 4A", "3-4A", "2/3"): the writer did not decide.
bool take_alternative(Cursor& c, const CadRadsWords& words, CadRadsMention& other) {
  Cursor ahead = c;
  ahead.skip_blanks();
  const bool linked = std::any_of(words.alternative.begin(), words.alternative.end(),
                                  [&](const std::string& w) { return ahead.take_word(w); });
  if (!linked) return false;
  ahead.skip_blanks();
  if (!take_category(ahead, other) || other.category.empty()) return false;
  c = ahead;
  return true;
}

// The last place where `phrase` stands as whole words, or npos.
std::size_t last_phrase(string_view text, string_view phrase) {
  for (std::size_t at = text.rfind(phrase); at != string_view::npos;
       at = at == 0 ? string_view::npos : text.rfind(phrase, at - 1)) {
    const std::size_t end = at + phrase.size();
    const bool starts = at == 0 || !is_word(text[at - 1]) || !is_word(phrase.front());
    const bool ends = end == text.size() || !is_word(text[end]) || !is_word(phrase.back());
    if (starts && ends) return at;
  }
  return string_view::npos;
}
std::size_t last_of(string_view text, const std::vector<std::string>& phrases) {
  std::size_t last = string_view::npos;
  for (const std::string& p : phrases)
    if (const auto at = last_phrase(text, p); at != string_view::npos && (last == string_view::npos || at > last))
      last = at;
  return last;
}

bool ends_sentence(string_view text, std::size_t i) {
  const char c = text[i];
  return c == '\n' || c == ';' || c == '|' || (c == '.' && (i + 1 == text.size() || !is_word(text[i + 1])));
}

string_view trimmed(string_view t) {
  while (!t.empty() && !is_word(t.front())) t.remove_prefix(1);
  while (!t.empty() && !is_word(t.back())) t.remove_suffix(1);
  return t;
}

// The clause in front of a mention: since the last sentence end, and since the last comma unless only one phrase
// ("previously,") stands before that comma.
string_view clause_before(string_view text, std::size_t at, const CadRadsWords& words) {
  std::size_t start = at;
  while (start > 0 && !ends_sentence(text, start - 1)) --start;
  const string_view sentence = text.substr(start, at - start);
  const auto comma = sentence.rfind(',');
  if (comma == string_view::npos) return sentence;
  const string_view front = trimmed(sentence.substr(0, comma));
  const bool adverb =
      std::find(words.history_before.begin(), words.history_before.end(), front) != words.history_before.end();
  return adverb && trimmed(sentence.substr(comma)).empty() ? sentence : sentence.substr(comma + 1);
}

// The clause behind a mention, up to a comma, the sentence's end or the next mention.
string_view clause_after(string_view text, std::size_t at) {
  std::size_t end = at;
  while (end < text.size() && text[end] != ',' && !ends_sentence(text, end) && !marker_end(text, end)) ++end;
  return text.substr(at, end - at);
}

bool ends_with_phrase(string_view text, const std::vector<std::string>& phrases) {
  text = trimmed(text);
  return std::any_of(phrases.begin(), phrases.end(), [&](const std::string& p) {
    return text.ends_with(p) && (text.size() == p.size() || !is_word(text[text.size() - p.size() - 1]));
  });
}

bool is_past(string_view text, std::size_t begin, std::size_t end, const CadRadsWords& words) {
  const string_view before = clause_before(text, begin, words);
  const auto now = last_of(before, words.current);
  if (const auto at = last_of(before, words.history_before);
      at != string_view::npos && (now == string_view::npos || at > now))
    return true;
  if (ends_with_phrase(before, words.directly_before)) return true;
  string_view after = trimmed(clause_after(text, end));
  return std::any_of(words.history_after.begin(), words.history_after.end(), [&](const std::string& phrase) {
    // '#' at a phrase's end stands for a year.
    string_view head = phrase;
    const bool year = head.ends_with('#');
    if (year) head.remove_suffix(1);
    const auto at = last_phrase(after, trimmed(head));
    if (at == string_view::npos) return false;
    const auto rest = after.substr(std::min(after.size(), at + head.size()));
    return !year || (rest.size() >= 4 && std::all_of(rest.begin(), rest.begin() + 4, is_digit));
  });
}

void add_current(CadRadsReading& reading, CadRadsMention mention) {
  for (CadRadsMention& known : reading.current) {
    if (!(known.category == mention.category || mention.category.empty() || known.category.empty())) continue;
    if (known.category.empty()) known.category = mention.category;
    known.non_diagnostic |= mention.non_diagnostic;
    if (known.plaque.empty()) known.plaque = mention.plaque;
    known.high_risk_plaque |= mention.high_risk_plaque;
    if (known.ischaemia.empty()) known.ischaemia = mention.ischaemia;
    known.stent |= mention.stent;
    known.graft |= mention.graft;
    known.exception |= mention.exception;
    return;
  }
  reading.current.push_back(std::move(mention));
}

}  // namespace

CadRadsReading read_cad_rads(string_view text, const CadRadsWords& words) {
  CadRadsReading reading;
  std::string folded(text);
  std::transform(folded.begin(), folded.end(), folded.begin(), lower);
  const string_view all = folded;
  for (std::size_t at = all.find("cad"); at != string_view::npos; at = all.find("cad", at + 1)) {
    const auto behind = marker_end(all, at);
    if (!behind) continue;
    Cursor c(all, *behind);
    skip_filler(c, words);
    CadRadsMention mention, other;
    if (!take_category(c, mention)) continue;
    const bool undecided = take_alternative(c, words, other);
    take_modifiers(c, mention);
    if (is_past(all, at, c.at(), words)) {
      ++reading.past;
      continue;
    }
    if (undecided) other.plaque = mention.plaque;
    add_current(reading, std::move(mention));
    if (undecided) add_current(reading, std::move(other));
  }
  return reading;
}

}  // namespace cathgate::fhir
