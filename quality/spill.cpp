#include "quality/spill.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace cathgate::quality {
namespace {

constexpr std::size_t kLength = 4;
constexpr std::size_t kMac = 32;

std::string write_body(const SealedRow& row) {
  std::string body;
  body.reserve(row.size());
  append_field(body, table_of(row.kind).label);
  for (const auto& cell : row.cells) append_field(body, cell);
  append_field(body, row.payload_key);
  append_field(body, row.payload);
  return body;
}

std::optional<SealedRow> read_body(std::string_view body) {
  SealedRow row;
  std::string_view field;
  if (!take_field(body, field)) return std::nullopt;
  row.kind = field == table_of(Kind::feedback).label ? Kind::feedback : Kind::answer;
  if (field != table_of(row.kind).label) return std::nullopt;
  for (std::size_t i = 0; i < table_of(row.kind).columns.size(); ++i) {
    if (!take_field(body, field)) return std::nullopt;
    row.cells.emplace_back(field);
  }
  if (!take_field(body, field)) return std::nullopt;
  row.payload_key = field;
  if (!take_field(body, field) || !body.empty()) return std::nullopt;
  row.payload = field;
  digest_row(row);
  return row;
}

bool write_all(int file, std::string_view bytes, std::size_t offset) {
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::size_t>(written);
  }
  return true;
}

bool read_all(int file, std::string& bytes, std::size_t offset) {
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t got = ::pread(file, bytes.data() + at, bytes.size() - at, static_cast<off_t>(offset + at));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += static_cast<std::size_t>(got);
  }
  return true;
}

}  // namespace

Result<std::unique_ptr<Spill>> Spill::open(const std::string& path, std::size_t limit_bytes, const KeyRing& keys,
                                           std::function<void(std::string_view)> log) {
  std::unique_ptr<Spill> spill(new Spill(path, limit_bytes, keys, std::move(log)));
  if (auto problem = spill->open_file()) return *problem;
  return spill;
}

Spill::~Spill() {
  if (file_ >= 0) ::close(file_);
}

std::optional<Error> Spill::open_file() {
  file_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  struct stat status {};
  if (file_ < 0 || ::fstat(file_, &status) != 0)
    return Error{ErrorCode::unavailable, path_,
                 "The spill file cannot be opened: " + std::generic_category().message(errno) + "."};
  size_ = static_cast<std::size_t>(status.st_size);
  confirmed_ = handed_ = 0;
  damaged_ = false;
  return std::nullopt;
}

bool Spill::append(const SealedRow& row) {
  const std::string body = write_body(row);
  std::string record;
  record.reserve(kLength + body.size() + kMac);
  append_field(record, body);
  const Digest mac = hmac_sha256(keys_.spill().view(), record);
  record.append(reinterpret_cast<const char*>(mac.data()), mac.size());
  const std::lock_guard lock(mutex_);
  if (file_ < 0 || size_ + record.size() > limit_) return false;
  if (!write_all(file_, record, size_)) {
    // A half record would only be passed over as torn; it is cut off all the same, so that the next append is seen.
    if (::ftruncate(file_, static_cast<off_t>(size_)) != 0 && log_)
      log_("The spill file cannot be cut back after a failed write.");
    return false;
  }
  size_ += record.size();
  unsynced_ = true;
  return true;
}

void Spill::sync() {
  {
    const std::lock_guard lock(mutex_);
    if (!unsynced_) return;
    unsynced_ = false;
  }
  // Outside the lock: appending must not wait for the disk. The descriptor changes only on this thread.
  if (::fdatasync(file_) != 0 && log_) log_("The spill file cannot be synced to the disk.");
}

bool Spill::pending() const {
  const std::lock_guard lock(mutex_);
  return confirmed_ < size_;
}

Spill::Frame Spill::read_frame(std::size_t offset, std::string& body, std::size_t& end) const {
  std::string record(kLength, '\0');
  if (size_ - offset < kLength || !read_all(file_, record, offset)) return Frame::torn;
  std::size_t length = 0;
  for (const char c : record) length = length << 8 | static_cast<unsigned char>(c);
  if (size_ - offset < kLength + length + kMac) return Frame::torn;
  end = offset + kLength + length + kMac;
  record.resize(kLength + length + kMac);
  if (!read_all(file_, record, offset)) return Frame::torn;
  const Digest mac = hmac_sha256(keys_.spill().view(), std::string_view(record).substr(0, kLength + length));
  if (CRYPTO_memcmp(mac.data(), record.data() + kLength + length, kMac) != 0) return Frame::damaged;
  body = record.substr(kLength, length);
  return Frame::whole;
}

std::vector<SealedRow> Spill::next(std::size_t count) {
  const std::lock_guard lock(mutex_);
  std::vector<SealedRow> rows;
  handed_ = confirmed_;
  std::string body;
  std::size_t end = 0;
  while (rows.size() < count && handed_ < size_) {
    const Frame frame = read_frame(handed_, body, end);
    if (frame == Frame::torn) {
      if (log_)
        log_("The last record of the spill file is torn and was passed over: its answer had gone out as not recorded.");
      handed_ = size_;
      break;
    }
    handed_ = end;
    auto row = frame == Frame::whole ? read_body(body) : std::nullopt;
    if (row) {
      rows.push_back(std::move(*row));
      continue;
    }
    damaged_ = true;
    if (log_)
      log_(
          "A record of the spill file is damaged or was written with another key; it is passed over and the file "
          "kept.");
  }
  return rows;
}

void Spill::confirm() {
  const std::lock_guard lock(mutex_);
  confirmed_ = handed_;
  if (confirmed_ == size_ && size_ > 0) start_over();
}

void Spill::start_over() {
  if (damaged_) {
    ::rename(path_.c_str(), (path_ + ".damaged").c_str());
    ::close(file_);
    if (auto problem = open_file(); problem && log_) log_(problem->message);
    return;
  }
  if (::ftruncate(file_, 0) != 0) {
    if (log_) log_("The spill file cannot be emptied.");
    return;
  }
  size_ = confirmed_ = handed_ = 0;
  unsynced_ = true;
}

}  // namespace cathgate::quality
