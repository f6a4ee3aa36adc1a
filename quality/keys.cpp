#include "quality/keys.h"

#include <fcntl.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <system_error>

#include "core/digest.h"

namespace cathgate::quality {
namespace {

constexpr std::string_view kFirstLine = "cathgate-key 1\n";

Key derive(const Key& master, const std::string& purpose) {
  Key key;
  EVP_KDF* kdf = EVP_KDF_fetch(nullptr, "HKDF", nullptr);
  EVP_KDF_CTX* context = EVP_KDF_CTX_new(kdf);
  EVP_KDF_free(kdf);
  std::string info = "cathgate/1/" + purpose;
  char digest[] = "SHA256";
  Key secret = master;
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
                                   OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, secret.data(), Key::size()),
                                   OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
                                   OSSL_PARAM_construct_end()};
  const int derived = EVP_KDF_derive(context, key.data(), Key::size(), parameters);
  EVP_KDF_CTX_free(context);
  if (derived != 1) throw std::runtime_error("OpenSSL refused HKDF");
  return key;
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

bool read_hex(std::string_view text, Key& key) {
  if (text.size() != 2 * Key::size()) return false;
  for (std::size_t i = 0; i < Key::size(); ++i) {
    const int high = hex_digit(text[2 * i]);
    const int low = hex_digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    key.data()[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return true;
}

Error refuse(const std::string& path, std::string message) {
  return {ErrorCode::unavailable, path, std::move(message)};
}
Error system_error(const std::string& path, const char* what) {
  return refuse(path, std::string(what) + ": " + std::generic_category().message(errno) + ".");
}

struct Descriptor {
  int number;
  ~Descriptor() {
    if (number >= 0) ::close(number);
  }
};

// The file appears under its name only when its bytes are on the disk: a crash leaves a whole key or none. An existing
// file is never replaced.
bool write_durably(const std::string& path, std::string_view text) {
  const std::string draft = path + ".new";
  const Descriptor file{::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)};
  if (file.number < 0) return false;
  const bool written = ::fchmod(file.number, 0600) == 0 &&
                       ::write(file.number, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                       ::fsync(file.number) == 0 && ::link(draft.c_str(), path.c_str()) == 0;
  const int problem = errno;
  ::unlink(draft.c_str());
  errno = problem;
  if (!written) return false;
  const auto folder = std::filesystem::absolute(path).parent_path();
  const Descriptor directory{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  return directory.number >= 0 && ::fsync(directory.number) == 0;
}

}  // namespace

Key::~Key() {
  OPENSSL_cleanse(bytes_.data(), bytes_.size());
}

KeyRing::KeyRing(const Key& master)
    : master_(master),
      id_(to_hex(derive(master, "id").view().substr(0, 8))),
      head_(derive(master, "head")),
      spill_(derive(master, "spill")) {}

Result<std::unique_ptr<KeyRing>> KeyRing::load(const std::string& path) {
  const Descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
  if (file.number < 0) return system_error(path, "The key file cannot be opened");
  struct stat status {};
  if (::fstat(file.number, &status) != 0 || !S_ISREG(status.st_mode))
    return refuse(path, "The key file is not a regular file.");
  if ((status.st_mode & 077u) != 0)
    return refuse(path,
                  "The key file may be read by its group or by others: chmod 600 it, and consider the key known.");
  std::string text(200, '\0');
  const ssize_t length = ::read(file.number, text.data(), text.size());
  text.resize(length < 0 ? 0 : static_cast<std::size_t>(length));

  constexpr std::string_view kIdWord = "id ", kMasterWord = "\nmaster ";
  const std::string_view rest =
      std::string_view(text).substr(text.starts_with(kFirstLine) ? kFirstLine.size() : text.size());
  Key master;
  const bool readable = rest.size() >= 91 && rest.starts_with(kIdWord) && rest.substr(19, 8) == kMasterWord &&
                        read_hex(rest.substr(27, 64), master);
  const std::string id(readable ? rest.substr(3, 16) : std::string_view());
  OPENSSL_cleanse(text.data(), text.size());
  if (!readable) return refuse(path, "The key file is not in the format of a Cathgate key.");
  std::unique_ptr<KeyRing> ring(new KeyRing(master));
  if (ring->id() != id) return refuse(path, "The key file is damaged: its id does not belong to its master key.");
  return ring;
}

Result<std::unique_ptr<KeyRing>> KeyRing::create(const std::string& path) {
  Key master;
  if (RAND_bytes(master.data(), static_cast<int>(Key::size())) != 1)
    throw std::runtime_error("OpenSSL has no randomness");
  std::unique_ptr<KeyRing> ring(new KeyRing(master));
  std::string text = std::string(kFirstLine) + "id " + ring->id() + "\nmaster " + to_hex(master.view()) + "\n";
  const bool written = write_durably(path, text);
  OPENSSL_cleanse(text.data(), text.size());
  if (!written) return system_error(path, "The key file cannot be created");
  return ring;
}

const TenantKeys& KeyRing::tenant(const std::string& name) const {
  {
    const std::shared_lock lock(mutex_);
    if (const auto found = tenants_.find(name); found != tenants_.end()) return *found->second;
  }
  const std::unique_lock lock(mutex_);
  auto& keys = tenants_[name];
  if (!keys)
    keys = std::make_unique<const TenantKeys>(
        TenantKeys{derive(master_, "identifiers/" + name), derive(master_, "wrapping/" + name)});
  return *keys;
}

}  // namespace cathgate::quality
