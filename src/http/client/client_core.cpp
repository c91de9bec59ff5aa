// SPDX-License-Identifier: MIT
#include <http/client/client_core.hpp>

#include <exception>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>

#include <eddy/core/sleep.hpp>
#include <eddy/core/wait_for.hpp>
#include <http/client/credentials.hpp>
#include <http/client/exchange_watch.hpp>

namespace eddy::http::detail {
namespace {

/// In the place of a body that worked once and was sent: nothing would be sent for it, unseen.
body_stream spent(std::string label) {
  throw client_error(client_fault::bad_body,
                     label +
                         ": the body was sent before, and is a stream that works once: give "
                         "body::stream a function");
  co_yield std::string_view();
}

/// What an Authorization field says of the user and the password in the URL, which are removed.
std::string take_credentials(url& from) {
  std::string said = basic_credentials(from);
  if (!said.empty()) from = without_credentials(from);
  return said;
}

}  // namespace

client_core::client_core(client_options options)
    : options_(std::move(options)), transport_(options_), budget_(options_.retry.budget) {
  if (options_.max_connections == 0 || options_.max_per_host == 0) {
    throw std::invalid_argument("http::client: with no connections allowed it would wait for ever");
  }
  const client_hooks& hooks = options_.hooks;
  if (hooks.begins || hooks.answered || hooks.ended) {
    hooks_ = std::make_shared<const client_hooks>(std::move(options_.hooks));
  }
  if (const auto& rate = options_.rate_per_host) {
    rates_.emplace(rate->count, rate->per, rate_limiter_options{.burst = rate->burst});
  }
}

task<response> client_core::request(std::string method, std::string url, request_options options) {
  const exchange_limits limits(options_.connect_timeout, options_.idle_read_timeout,
                               options.timeout.value_or(options_.total_timeout));
  auto target = parse_http_url(url, nullptr);
  if (!target) {
    throw client_error(target.error().fault,
                       fmt::format("{} {}: {}", method, shown_url(url), target.error().why));
  }
  if (std::string of_url = take_credentials(*target);
      !of_url.empty() && options.authorization.empty()) {
    options.authorization = std::move(of_url);
  }
  client_request asked{
      .method = std::move(method), .url = std::move(*target), .options = std::move(options)};
  if (middleware_.empty()) co_return co_await follow(asked, limits);
  co_return co_await pass(asked, limits, 0);
}

/// Through the middleware that it has not passed yet.
task<response> client_core::pass(client_request& request, const exchange_limits& limits,
                                 std::size_t passed) {
  if (passed == middleware_.size()) co_return co_await follow(request, limits);
  const client_handler next = [&, passed](client_request& on_its_way) {
    return pass(on_its_way, limits, passed + 1);
  };
  co_return co_await middleware_[passed](request, next);
}

task<response> client_core::follow(client_request& request, const exchange_limits& limits) {
  const int max_redirects = request.options.max_redirects.value_or(options_.max_redirects);
  body_limits body{.held = options_.max_body};
  if (const auto most = request.options.max_body) body = {.held = *most, .read = *most};
  const int most = request.options.retries.value_or(options_.retry.most);
  outgoing_request next = outgoing(request);
  retries again(options_.retry, budget_, next.repeat_if_lost ? most : 0,
                request.options.idempotent.value_or(is_idempotent(next.method)));

  for (int followed = 0;; ++followed) {
    response answer = co_await send(next, limits, body, again);
    if (max_redirects == 0 || !is_redirect(answer.status())) co_return answer;
    const auto location = answer.headers().get("Location");
    if (!location) co_return answer;
    if (followed == max_redirects) {
      throw client_error(client_fault::too_many_redirects,
                         fmt::format("{}: still redirected after {} redirects, to {}", next.label(),
                                     followed, shown_url(*location)));
    }
    redirect(next, answer, *location);
  }
}

/// Also again, where that may help.
task<response> client_core::send(outgoing_request& next, const exchange_limits& limits,
                                 const body_limits& body, retries& again) {
  for (;;) {
    std::unique_ptr<exchange_watch> watch;
    std::exception_ptr failure;
    std::optional<duration> pause;
    try {
      if (rates_) co_await wait_for_turn(next, limits);
      if (options_.cookies) add_cookies(next);
      if (hooks_) watch = std::make_unique<exchange_watch>(hooks_, next);
      response answer = co_await transport_.send(next, limits, body);
      if (options_.cookies) keep_cookies(next, answer);
      if (watch) exchange_watch::answered(std::move(watch), answer);
      if (answer.status() < 400 || !next.body.repeatable()) co_return answer;
      pause = again.after(answer, limits.now(exchange_limits::which::total).span);
      if (!pause) co_return answer;
    } catch (...) {
      failure = std::current_exception();
      if (watch) watch->failed(failure);
    }
    watch.reset();
    if (failure && next.body.repeatable()) {
      pause = again.after(failure, limits.now(exchange_limits::which::total).span);
    }
    if (failure && !pause) std::rethrow_exception(failure);
    co_await sleep(*pause);
  }
}

task<> client_core::wait_for_turn(const outgoing_request& next, const exchange_limits& limits) {
  const auto allowed = limits.now(exchange_limits::which::total);
  if (!co_await wait_for_optional(rates_->acquire(std::string(authority_of(next.url))),
                                  allowed.span)) {
    limits.throw_expired(allowed.limit, next.label());
  }
}

outgoing_request client_core::outgoing(client_request& request) const {
  // What a middleware may send again stays there.
  const auto take = [this]<class T>(T& from) {
    return middleware_.empty() ? T(std::move(from)) : T(from);
  };
  http::body& body = request.options.body;
  const bool keep = !middleware_.empty() && body.repeatable();
  outgoing_request next{.method = take(request.method),
                        .url = take(request.url),
                        .headers = take(request.options.headers),
                        .body = keep ? body.copy() : std::move(body),
                        .repeat_if_lost = request.options.repeat_if_lost};
  if (!middleware_.empty() && !keep) body = http::body::stream(spent(next.label()));
  if (!request.options.authorization.empty()) {
    next.headers.set("Authorization", request.options.authorization);
  }
  if (options_.cookies) next.own_cookies = next.headers.get("Cookie").value_or("");
  return next;
}

// In one field, as RFC 6265 asks, and anew for each sending: answers change what the jar holds.
void client_core::add_cookies(outgoing_request& next) const {
  std::string all = next.own_cookies;
  const std::string from_jar = options_.cookies->header_for(next.url);
  if (!all.empty() && !from_jar.empty()) all += "; ";
  all += from_jar;
  if (all.empty()) {
    next.headers.erase("Cookie");
  } else {
    next.headers.set("Cookie", all);
  }
}

void client_core::keep_cookies(const outgoing_request& sent, const response& answer) const {
  for (const auto said : answer.headers().get_all("Set-Cookie")) {
    (void)options_.cookies->set(said, sent.url);
  }
}

void client_core::redirect(outgoing_request& next, const response& answer,
                           std::string_view location) const {
  const auto refused = [&](client_fault fault, std::string_view why) {
    return client_error(
        fault, fmt::format("{}: redirected to {}: {}", next.label(), shown_url(location), why));
  };
  auto target = parse_http_url(location, &next.url);
  if (!target) throw refused(target.error().fault, target.error().why);
  if (next.url.scheme() == "https" && target->scheme() == "http" && !options_.insecure_redirects) {
    throw refused(client_fault::insecure_redirect,
                  "https would become http; allow it by insecure_redirects");
  }
  const std::string of_url = take_credentials(*target);
  next.redirect(answer.status(), std::move(*target));
  if (!of_url.empty()) next.headers.set("Authorization", of_url);
}

}  // namespace eddy::http::detail
