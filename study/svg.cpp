#include "study/svg.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace cathgate::study {
namespace {

constexpr double kWidth = 560, kHeight = 400, kLeft = 60, kRight = 20, kTop = 40, kBottom = 50;
constexpr int kTicks = 5;
constexpr std::array<const char*, 5> kColours = {"#00509d", "#b8470b", "#3a7d44", "#6a4c93", "#555555"};

std::string number(double value, const char* format = "%.1f") {
  char buffer[32];
  std::snprintf(buffer, sizeof buffer, format, value);
  return buffer;
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else out += c;
  }
  return out;
}

class Canvas {
 public:
  explicit Canvas(const Plot& plot) : plot_(plot) {}

  std::string draw() {
    out_ = R"(<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 560 400" width="560" height="400" font-family="sans-serif" font-size="12" role="img">)";
    out_ += "<title>" + escaped(plot_.title) + "</title><rect width=\"560\" height=\"400\" fill=\"white\"/>";
    label(kLeft, 22, plot_.title, "start", 14);
    axes();
    for (std::size_t s = 0; s < plot_.series.size(); ++s) series(plot_.series[s], s);
    return out_ + "</svg>\n";
  }

 private:
  double x(double v) const { return kLeft + (v - plot_.x_low) / (plot_.x_high - plot_.x_low) * (kWidth - kLeft - kRight); }
  double y(double v) const { return kHeight - kBottom - (v - plot_.y_low) / (plot_.y_high - plot_.y_low) * (kHeight - kTop - kBottom); }

  void label(double px, double py, const std::string& text, const char* anchor, int size = 12) {
    out_ += "<text x=\"" + number(px) + "\" y=\"" + number(py) + "\" text-anchor=\"" + anchor + "\" font-size=\"" + std::to_string(size) + "\">" + escaped(text) + "</text>";
  }
  void line(double x1, double y1, double x2, double y2, const std::string& style) {
    out_ += "<line x1=\"" + number(x1) + "\" y1=\"" + number(y1) + "\" x2=\"" + number(x2) + "\" y2=\"" + number(y2) + "\" " + style + "/>";
  }

  void axes() {
    for (int t = 0; t <= kTicks; ++t) {
      const double vx = plot_.x_low + (plot_.x_high - plot_.x_low) * t / kTicks, vy = plot_.y_low + (plot_.y_high - plot_.y_low) * t / kTicks;
      line(x(vx), y(plot_.y_low), x(vx), y(plot_.y_high), "stroke=\"#e5e5e5\"");
      line(x(plot_.x_low), y(vy), x(plot_.x_high), y(vy), "stroke=\"#e5e5e5\"");
      label(x(vx), kHeight - kBottom + 16, number(vx, "%.2g"), "middle");
      label(kLeft - 6, y(vy) + 4, number(vy, "%.2g"), "end");
    }
    label((kLeft + kWidth - kRight) / 2, kHeight - 12, plot_.x_label, "middle");
    out_ += "<text transform=\"translate(16," + number((kTop + kHeight - kBottom) / 2) + ") rotate(-90)\" text-anchor=\"middle\">" + escaped(plot_.y_label) + "</text>";
  }

  double held_x(double v) const { return x(std::clamp(v, plot_.x_low, plot_.x_high)); }
  double held_y(double v) const { return y(std::clamp(v, plot_.y_low, plot_.y_high)); }

  void series(const Series& s, std::size_t index) {
    const std::string colour = kColours[index % kColours.size()];
    if (!s.dots) {
      out_ += "<polyline fill=\"none\" stroke=\"" + colour + "\" stroke-width=\"2\"" + (s.dashed ? " stroke-dasharray=\"5 4\"" : "") + " points=\"";
      for (const auto& [px, py] : s.points) out_ += number(held_x(px)) + "," + number(held_y(py)) + " ";
      out_ += "\"/>";
    }
    for (std::size_t i = 0; i < s.points.size() && s.dots; ++i) {
      const double px = held_x(s.points[i].first);
      if (i < s.errors.size()) line(px, held_y(s.errors[i].first), px, held_y(s.errors[i].second), "stroke=\"" + colour + "\"");
      out_ += "<circle cx=\"" + number(px) + "\" cy=\"" + number(held_y(s.points[i].second)) + "\" r=\"4\" fill=\"" + colour + "\"/>";
    }
    const double at = kTop + 16 * (static_cast<double>(index) + 1);
    line(kLeft + 10, at - 4, kLeft + 34, at - 4, "stroke=\"" + colour + "\" stroke-width=\"2\"" + (s.dashed ? " stroke-dasharray=\"5 4\"" : ""));
    label(kLeft + 40, at, s.label, "start");
  }

  const Plot& plot_;
  std::string out_;
};

}  // namespace

std::string write_svg(const Plot& plot) { return Canvas(plot).draw(); }

}  // namespace cathgate::study
