// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace eddy {

/// Certificates made by the openssl program: one authority, and what it vouches for. Every process
/// of the tests uses the same ones: making them takes longer than most tests.
///
/// For shop.test, *.wild.test, 127.0.0.1 and ::1: `server.pem`; likewise `expired.pem`;
/// `other.pem` for other.test; `client.pem`; `self.pem`, signed by itself, for shop.test;
/// `chain.pem`, with the authority between; `nameless.pem`, for shop.test by its subject alone;
/// `weak.pem`, of 1024 bits; `ed25519.key`, of no certificate; `ca.pem` and `stranger.pem`, two
/// authorities. The key of each is in a file `.key`.
class certificates {
 public:
  certificates() {
    std::filesystem::create_directories(folder_);
    const int lock = ::open(file("lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (lock < 0 || ::flock(lock, LOCK_EX) != 0) throw std::runtime_error("cannot lock " + folder_);
    if (!are_fresh()) make();
    ::close(lock);
  }

  /// Made when first asked for.
  static const certificates& made() {
    static const certificates all;
    return all;
  }

  [[nodiscard]] std::string file(const std::string& name) const { return folder_ + "/" + name; }
  [[nodiscard]] std::string text(const std::string& name) const {
    std::ifstream from(file(name));
    return {std::istreambuf_iterator<char>(from), {}};
  }

 private:
  static constexpr const char* recipe = R"(
ec="-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"
hosts="DNS:shop.test,DNS:*.wild.test,IP:127.0.0.1,IP:::1"
authority() { openssl req -x509 $ec -keyout $1.key -out $1.pem -days 30 -subj "/CN=$2"; }
signed() {  # name, authority, days, subject, extensions
  openssl req $ec -keyout $1.key -out $1.csr -subj "$4"
  printf '%b' "$5" > $1.ext
  openssl x509 -req -in $1.csr -CA $2.pem -CAkey $2.key -days $3 -extfile $1.ext -out $1.pem
}
authority ca "Test CA"
authority stranger "Stranger CA"
signed server ca 30 "/CN=shop.test" "subjectAltName=$hosts"
signed expired ca 0 "/CN=shop.test" "subjectAltName=$hosts"
signed other ca 30 "/CN=other.test" "subjectAltName=DNS:other.test,DNS:more.test"
signed client ca 30 "/CN=a client" "extendedKeyUsage=clientAuth"
signed middle ca 30 "/CN=Middle CA" "basicConstraints=critical,CA:TRUE"
signed leaf middle 30 "/CN=shop.test" "subjectAltName=$hosts"
cat leaf.pem middle.pem > chain.pem
signed nameless ca 30 "/CN=shop.test" "basicConstraints=CA:FALSE"
openssl genpkey -algorithm ed25519 -out ed25519.key
openssl req -x509 -newkey rsa:1024 -nodes -keyout weak.key -out weak.pem -days 30 -subj "/CN=Weak"
openssl req -x509 $ec -keyout self.key -out self.pem -days 30 -subj "/CN=shop.test" \
  -addext "subjectAltName=$hosts"
)";

  [[nodiscard]] bool are_fresh() const {
    std::error_code none;
    const auto made = std::filesystem::last_write_time(file("done"), none);
    const auto age = std::filesystem::file_time_type::clock::now() - made;
    return !none && age < std::chrono::days(20);  // they hold for 30
  }

  void make() const {
    std::ofstream(file("make")) << recipe;
    const std::string command = "cd '" + folder_ + "' && sh -e ./make > made.txt 2>&1 && : > done";
    // Not from another thread: before the test's own ones.
    if (std::system(command.c_str()) == 0) return;  // NOLINT(concurrency-mt-unsafe)
    throw std::runtime_error("openssl could not make certificates: " + text("made.txt"));
  }

  // Beside the test program; another recipe has another folder.
  std::string folder_ = std::filesystem::read_symlink("/proc/self/exe").parent_path() /
                        ("certificates-" + std::to_string(std::hash<std::string_view>()(recipe)));
};

}  // namespace eddy
