// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <eddy/core/task.hpp>
#include <eddy/io/detail/socket_file.hpp>
#include <eddy/io/detail/stream_listener.hpp>
#include <eddy/io/detail/stream_socket.hpp>
#include <eddy/io/owned_fd.hpp>

/// Sockets between processes of one machine. Their names are paths of files, of at most 107 bytes;
/// one that starts with `@` is abstract: there is no file, and it goes with its listener.
namespace eddy::unix_socket {

/// Who connected, or listened, as the kernel saw it at that moment.
struct credentials {
  pid_t process = 0;
  uid_t user = 0;
  gid_t group = 0;
  bool operator==(const credentials&) const = default;
};

/// What `socket::receive_fds` got.
struct received_fds {
  std::size_t bytes = 0;  ///< at least 1; 0 at the end of the stream, and for an empty span
  std::vector<owned_fd> fds = {};
  /// More came than were asked for, or than the process may open: those are closed.
  bool truncated = false;
};

/// A Unix connection, closed when destroyed. `detail::stream_socket` is what it does.
class socket final : public detail::stream_socket {
 public:
  /// Errors: throws `io_error`.
  [[nodiscard]] credentials peer_credentials() const;
  [[nodiscard]] std::string peer_name() const override;
  /// Whom `serve_options::max_per_peer` counts it for: the peer's user.
  [[nodiscard]] std::string peer_identity() const;

  /// Sends all of `bytes`, and with the first of them copies of `fds`: the peer gets descriptors of
  /// its own. The caller may close its own when this has ended.
  ///
  /// Errors: throws `io_error`, and `std::invalid_argument` for no bytes to go with them or more
  /// than 253 descriptors.
  /// Cancellation: as `write_all`; the descriptors may have been sent.
  [[nodiscard]] task<> send_fds(std::span<const std::byte> bytes, std::span<const int> fds);

  /// Reads as `read_some` does, and takes the descriptors that came with the bytes, at most `most`.
  /// A plain read closes them instead.
  ///
  /// Cancellation: safe; what had come is delivered or stays in the socket.
  [[nodiscard]] task<received_fds> receive_fds(std::span<std::byte> into, std::size_t most = 253);

 private:
  friend class listener;
  friend task<socket> connect(std::string);
  friend std::pair<socket, socket> pair();
  enum class origin : unsigned char { connected, accepted, pair };
  class sending;
  class receiving;
  socket(detail::descriptor fd, std::string path, origin from) noexcept
      : stream_socket(std::move(fd)), path_(std::move(path)), from_(from) {}

  std::string path_;
  origin from_;
};

/// What `listen` makes of a listener.
struct listen_options {
  int backlog = 4096;  ///< connections the kernel keeps until they are accepted; it may lower this
  /// Who may connect: `0600` for this user only. Without it the process's umask decides.
  std::optional<mode_t> mode = std::nullopt;
};

/// Accepts connections at a path; closed, and its file removed, when destroyed.
///
/// Lifetime: neither destroyed nor moved while an `accept` is in flight.
class listener final : public detail::stream_listener {
 public:
  /// Waits for the next connection, as `tcp::listener::accept` does.
  [[nodiscard]] task<socket> accept();

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  /// Removes the file, if it is still the one that this listener made, and refuses connections from
  /// now on, those in the backlog included.
  /// Errors: throws `std::logic_error` while an `accept` is in flight: cancel its task first.
  void close();

 private:
  friend listener listen(const std::string&, const listen_options&);
  listener(detail::descriptor fd, detail::socket_file file, std::string path) noexcept
      : stream_listener(std::move(fd)), file_(std::move(file)), path_(std::move(path)) {}

  detail::socket_file file_;
  std::string path_;
};

/// Starts to listen at `path`. A socket file that nobody listens at any more is replaced; other
/// files are left alone, and so is a listener that lives.
/// Errors: throws `io_error`: `listen /run/app.sock: Address already in use`.
[[nodiscard]] listener listen(const std::string& path, const listen_options& options = {});

/// Connects to the listener at `path`, waiting while its backlog is full.
/// Errors: throws `io_error`: `connect /run/app.sock: No such file or directory`.
[[nodiscard]] task<socket> connect(std::string path);

/// Two sockets without a name, connected to each other.
/// Errors: throws `io_error`.
[[nodiscard]] std::pair<socket, socket> pair();

}  // namespace eddy::unix_socket
