// The gate alone, on heads as text. The shapes that Beast 345 accepts, and why they are refused: RFC 9112 sections 2.2, 3.2,
// 5.2, 6.1, 6.3, 11.2.
#include "cds-hooks/http/framing_gate.h"

#include <gtest/gtest.h>

namespace cathgate::cds_hooks {
namespace {

constexpr std::string_view kStart = "POST /cds-services/x HTTP/1.1\r\n";

std::optional<Refusal> inspect(std::string_view raw, RequestHead& head, GateOptions options = {}) {
  return inspect_head(raw, options, head);
}

struct Shape {
  const char* name;
  const char* head;  // without the empty line
  int status;        // 0: let through
};

class FramingGate : public testing::TestWithParam<Shape> {};

TEST_P(FramingGate, JudgesTheHead) {
  const Shape& shape = GetParam();
  RequestHead head;
  const auto refusal = inspect(std::string(shape.head) + "\r\n", head);
  if (shape.status == 0) {
    EXPECT_FALSE(refusal) << refusal->message;
  } else {
    ASSERT_TRUE(refusal) << shape.head;
    EXPECT_EQ(refusal->status, shape.status);
    EXPECT_TRUE(refusal->where.starts_with("http."));
  }
}

constexpr Shape kShapes[] = {
    {"Plain", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n", 0},
    {"Chunked", "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n", 0},
    {"Http10WithoutHost", "GET /a HTTP/1.0\r\n", 0},
    {"ExpectContinue", "POST /a HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 5\r\n", 0},
    {"EncodingIdentity", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Encoding: identity\r\nContent-Length: 5\r\n", 0},
    {"GzipThenLength", "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\nContent-Length: 5\r\n", 400},
    {"GzipAlone", "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n", 501},
    {"Xchunked", "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n", 501},
    {"ChunkedIdentity", "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n", 400},
    {"GzipChunked", "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n", 400},
    {"IdentityAndLength", "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\nContent-Length: 5\r\n", 400},
    {"ChunkedAndLength", "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n", 400},
    {"TwoCodings", "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400},
    {"EmptyCoding", "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n", 400},
    {"ChunkedOnHttp10", "POST /a HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n", 400},
    {"TwoHosts", "GET /a HTTP/1.1\r\nHost: a\r\nHost: a\r\n", 400},
    {"NoHost", "GET /a HTTP/1.1\r\n", 400},
    {"HostList", "GET /a HTTP/1.1\r\nHost: a, b\r\n", 400},
    {"FoldedCoding", "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding:\r\n chunked\r\n", 400},
    {"FoldedByTab", "POST /a HTTP/1.1\r\nHost: a\r\nX: 1\r\n\t2\r\n", 400},
    {"LengthList", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5, 5\r\n", 400},
    {"TwoEqualLengths", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n", 400},
    {"SignedLength", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n", 400},
    {"HexLength", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 0x5\r\n", 400},
    {"HugeLength", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551616\r\n", 400},
    {"EmptyLength", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length:\r\n", 400},
    {"SpaceBeforeColon", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n", 400},
    {"NulInValue", "GET /a HTTP/1.1\r\nHost: a\r\nX: \x01\r\n", 400},
    {"Asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n", 400},
    {"Authority", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n", 400},
    {"ConnectPath", "CONNECT /a HTTP/1.1\r\nHost: a\r\n", 400},
    {"Absolute", "GET http://evil/a HTTP/1.1\r\nHost: a\r\n", 400},
    {"OtherExpectation", "POST /a HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n", 400},
    {"WebSocket", "GET /a HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n", 400},
    {"Http2Preface", "PRI * HTTP/2.0\r\n", 400},
    {"Http19", "GET /a HTTP/1.9\r\nHost: a\r\n", 400},
    {"Http09", "GET /a\r\n", 400},
    {"TwoSpaces", "GET  /a HTTP/1.1\r\nHost: a\r\n", 400},
    {"SpaceInTarget", "GET /a b HTTP/1.1\r\nHost: a\r\n", 400},
    {"NulEncoded", "GET /a%00 HTTP/1.1\r\nHost: a\r\n", 400},
    {"LineFeedEncoded", "GET /a%0aX HTTP/1.1\r\nHost: a\r\n", 400},
    {"HalfEncoded", "GET /a%4 HTTP/1.1\r\nHost: a\r\n", 400},
    {"UnicodePath", "GET /\xC3\xA9 HTTP/1.1\r\nHost: a\r\n", 400},
    {"Fragment", "GET /a#b HTTP/1.1\r\nHost: a\r\n", 400},
    {"Gzipped", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n", 415},
    {"Zstd", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Encoding: zstd\r\nContent-Length: 5\r\n", 415},
    {"TwoContentTypes", "POST /a HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Type: text/html\r\n", 400},
};
INSTANTIATE_TEST_SUITE_P(Shapes, FramingGate, testing::ValuesIn(kShapes), [](const auto& shape) { return shape.param.name; });

TEST(FramingGateHead, SaysWhatItRead) {
  RequestHead head;
  const std::string raw = std::string(kStart) + "host:  a:8080 \r\ncontent-type: application/json\r\nCONTENT-LENGTH: 12\r\nConnection: foo, Close\r\n\r\n";
  ASSERT_FALSE(inspect(raw, head));
  EXPECT_EQ(head.method, Method::post);
  EXPECT_EQ(head.path, "/cds-services/x");
  EXPECT_EQ(head.content_type, "application/json");
  EXPECT_EQ(head.content_length, 12u);
  EXPECT_FALSE(head.keep_alive);
  EXPECT_FALSE(head.chunked);
}

TEST(FramingGateHead, DropsTheQueryAndDecodesNothing) {
  RequestHead head;
  ASSERT_FALSE(inspect("GET /a%2e%2e//b?x=/y HTTP/1.1\r\nHost: a\r\n\r\n", head));
  EXPECT_EQ(head.path, "/a%2e%2e//b");
}

TEST(FramingGateHead, TakesAnAbsoluteTargetOnlyWithTheConfiguredName) {
  RequestHead head;
  const std::string raw = "GET HTTP://cds.example.org/a HTTP/1.1\r\nHost: cds.example.org\r\n\r\n";
  EXPECT_FALSE(inspect(raw, head, {100, "cds.example.org"}));
  EXPECT_EQ(head.path, "/a");
  EXPECT_TRUE(inspect(raw, head, {100, "other.example.org"}));
  EXPECT_TRUE(inspect("GET http://cds.example.org.evil/a HTTP/1.1\r\nHost: a\r\n\r\n", head, {100, "cds.example.org"}));
}

TEST(FramingGateHead, CountsFields) {
  RequestHead head;
  const std::string start = "GET /a HTTP/1.1\r\nHost: a\r\n";
  std::string fields;
  for (int i = 0; i < 9; ++i) fields += "a: b\r\n";
  EXPECT_FALSE(inspect(start + fields + "\r\n", head, {10, ""}));
  const auto refusal = inspect(start + fields + "a: b\r\n\r\n", head, {10, ""});
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 431);
}

TEST(FramingGateScan, FindsTheEndWhereverTheReadsSplit) {
  const std::string raw = "GET /a HTTP/1.1\r\nHost: a\r\n\r\nrest";
  const std::size_t size = raw.size() - 4;
  for (std::size_t split = 0; split < raw.size(); ++split) {
    const HeadScan first = scan_head(std::string_view(raw).substr(0, split), 0);
    ASSERT_EQ(first.state == HeadScan::State::complete, split >= size) << split;
    ASSERT_NE(first.state, HeadScan::State::malformed) << split;
    const HeadScan second = scan_head(raw, first.state == HeadScan::State::complete ? 0 : split);
    ASSERT_EQ(second.state, HeadScan::State::complete) << split;
    ASSERT_EQ(second.size, size) << split;
  }
}

TEST(FramingGateScan, RefusesBareLineFeedsAndForeignProtocolsAtOnce) {
  EXPECT_EQ(scan_head("GET /a HTTP/1.1\nHost", 0).state, HeadScan::State::malformed);
  EXPECT_EQ(scan_head("\r\nGET", 0).state, HeadScan::State::malformed);
  EXPECT_EQ(scan_head(std::string_view("\x16\x03\x01", 3), 0).state, HeadScan::State::malformed);  // a TLS greeting
  EXPECT_EQ(scan_head("", 0).state, HeadScan::State::incomplete);
}

TEST(FramingGateContentType, TakesJsonInUtf8) {
  for (const char* good : {"application/json", "application/fhir+json", "Application/JSON; charset=UTF-8", "application/json;charset=\"utf-8\"",
                           "application/json; fhirVersion=4.0", "application/json;"}) {
    EXPECT_TRUE(is_json_content_type(good)) << good;
  }
  for (const char* bad : {"", "text/json", "application/jsonp", "application/json; charset=utf-16", "application/json; charset=latin1",
                          "application/json; fhirVersion=4.0; charset=utf-16", "multipart/form-data; boundary=x", "application/fhir+xml"}) {
    EXPECT_FALSE(is_json_content_type(bad)) << bad;
  }
}

}  // namespace
}  // namespace cathgate::cds_hooks
