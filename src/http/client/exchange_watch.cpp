// SPDX-License-Identifier: MIT
#include <http/client/exchange_watch.hpp>

#include <utility>

#include <eddy/core/loop.hpp>

namespace eddy::http::detail {
namespace {

void tell(const std::function<void(const exchange_record&)>& hook, const exchange_record& record) {
  if (hook) hook(record);
}

/// The body of an answer that is watched.
class watched_body final : public body_source {
 public:
  watched_body(std::unique_ptr<body_source> body, std::unique_ptr<exchange_watch> watch) noexcept
      : watch_(std::move(watch)), body_(std::move(body)) {}

  task<std::optional<std::string_view>> next() override {
    std::optional<std::string_view> piece;
    std::exception_ptr failure;
    try {
      piece = co_await body_->next();
    } catch (...) {
      failure = std::current_exception();
    }
    if (watch_ && piece) watch_->received(piece->size());
    if (watch_ && failure) watch_->failed(failure);
    if (!piece) watch_.reset();
    if (failure) std::rethrow_exception(failure);
    co_return piece;
  }

  [[nodiscard]] std::optional<std::uint64_t> size() const noexcept override {
    return body_->size();
  }

 private:
  std::unique_ptr<exchange_watch> watch_;  // until the end is known
  std::unique_ptr<body_source> body_;
};

}  // namespace

exchange_watch::exchange_watch(std::shared_ptr<const client_hooks> hooks, outgoing_request& request)
    : hooks_(std::move(hooks)),
      record_{.method = request.method,
              .url = std::string(request.url.href()),
              .number = ++request.exchanges,
              .began = loop::current()->now()} {
  request.watch = this;
  tell(hooks_->begins, record_);
}

exchange_watch::~exchange_watch() {
  if (loop::current() != nullptr) record_.lasted = since_began();  // a response may outlive it
  tell(hooks_->ended, record_);
}

void exchange_watch::queued(bool connection_is_kept) {
  record_.queued = since_began();
  record_.kept_connection = connection_is_kept;
}

void exchange_watch::connected() { record_.connected = since_began(); }

void exchange_watch::answered(std::unique_ptr<exchange_watch> watch, response& answer) {
  watch->record_.answered = watch->since_began();
  watch->record_.status = answer.status();
  tell(watch->hooks_->answered, watch->record_);
  auto& body = body_access::source_of(answer);
  if (body) body = std::make_unique<watched_body>(std::move(body), std::move(watch));
}

duration exchange_watch::since_began() const { return loop::current()->now() - record_.began; }

}  // namespace eddy::http::detail
