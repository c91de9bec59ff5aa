// SPDX-License-Identifier: MIT
#include <http/websocket/extensions.hpp>

#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <http/message/text.hpp>

namespace eddy::http::websocket::detail {
namespace {

using http::detail::is_digit;
using http::detail::is_token;
using http::detail::quoted;
using http::detail::trim;

// A server's own windows: an eighth of the memory of the largest, for nearly the same result.
constexpr int server_window_bits = 12;

struct parameter {
  std::string_view name;
  std::optional<std::string_view> value = {};
};

struct extension {
  std::string_view name;
  std::vector<parameter> parameters = {};
};

[[noreturn]] void refuse(const std::string& why) {
  throw std::invalid_argument("Sec-WebSocket-Extensions: " + why);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(trim(text.substr(0, end)));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

// A value may be in quotes; what is in them must be a token all the same.
parameter parse_parameter(std::string_view text) {
  const auto equals = text.find('=');
  parameter parsed{.name = trim(text.substr(0, equals))};
  if (equals != text.npos) {
    std::string_view value = trim(text.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    parsed.value = value;
  }
  if (!is_token(parsed.name) || (parsed.value && !is_token(*parsed.value))) {
    refuse(quoted(text) + " is no parameter");
  }
  return parsed;
}

std::vector<extension> parse(const headers& fields) {
  std::vector<extension> all;
  for (const std::string_view value : fields.get_all("Sec-WebSocket-Extensions")) {
    for (const std::string_view element : split(value, ',')) {
      if (element.empty()) continue;
      const auto parts = split(element, ';');
      if (!is_token(parts.front())) refuse(quoted(parts.front()) + " is no name");
      extension& added = all.emplace_back(parts.front());
      for (std::size_t i = 1; i < parts.size(); ++i) {
        added.parameters.push_back(parse_parameter(parts[i]));
      }
    }
  }
  return all;
}

std::optional<int> parse_window_bits(std::string_view text) {
  if (text.empty() || text.size() > 2 || !std::ranges::all_of(text, is_digit)) return std::nullopt;
  if (text.front() == '0') return std::nullopt;
  const int bits = text.size() == 1 ? text[0] - '0' : 10 * (text[0] - '0') + (text[1] - '0');
  if (bits < 8 || bits > MAX_WBITS) return std::nullopt;
  return bits;
}

// What an extension says of permessage-deflate; the problem in words where that is not allowed.
struct deflate_terms {
  bool server_no_context = false;
  bool client_no_context = false;
  std::optional<int> server_bits;
  std::optional<int> client_bits;
  bool client_bits_named = false;  // perhaps without a number
  std::string problem;
};

void read_term(const parameter& said, bool is_offer, deflate_terms& terms) {
  const auto flag = [&](bool& known) {
    if (std::exchange(known, true) || said.value) terms.problem = "misplaced";
  };
  const auto bits = [&](std::optional<int>& known) {
    const bool again = known.has_value();
    known = said.value ? parse_window_bits(*said.value) : std::nullopt;
    if (again || !known) terms.problem = "misplaced";
  };
  if (said.name == "server_no_context_takeover") {
    flag(terms.server_no_context);
  } else if (said.name == "client_no_context_takeover") {
    flag(terms.client_no_context);
  } else if (said.name == "server_max_window_bits") {
    bits(terms.server_bits);
  } else if (said.name == "client_max_window_bits") {
    if (std::exchange(terms.client_bits_named, true)) terms.problem = "misplaced";
    if (said.value || !is_offer) bits(terms.client_bits);
  } else {
    terms.problem = "unknown";
  }
  if (!terms.problem.empty()) {
    terms.problem = fmt::format("permessage-deflate: {}{} is {}", said.name,
                                said.value ? fmt::format("={}", *said.value) : "", terms.problem);
  }
}

deflate_terms read_terms(const extension& from, bool is_offer) {
  deflate_terms terms;
  for (const parameter& said : from.parameters) {
    read_term(said, is_offer, terms);
    if (!terms.problem.empty()) break;
  }
  return terms;
}

}  // namespace

std::optional<deflate_settings> choose_deflate(const headers& request) {
  for (const extension& offered : parse(request)) {
    if (offered.name != "permessage-deflate") continue;
    const deflate_terms terms = read_terms(offered, true);
    if (!terms.problem.empty()) continue;
    deflate_settings chosen;
    chosen.from_server.keeps_context = !terms.server_no_context;
    chosen.from_server.window_bits =
        std::min(server_window_bits, terms.server_bits.value_or(MAX_WBITS));
    chosen.from_client.keeps_context = !terms.client_no_context;
    if (terms.client_bits_named) {
      chosen.from_client.window_bits =
          std::min(server_window_bits, terms.client_bits.value_or(MAX_WBITS));
    }
    return chosen;
  }
  return std::nullopt;
}

std::string deflate_answer(const deflate_settings& chosen) {
  std::string text = "permessage-deflate";
  if (!chosen.from_server.keeps_context) text += "; server_no_context_takeover";
  if (!chosen.from_client.keeps_context) text += "; client_no_context_takeover";
  const auto add_bits = [&](std::string_view name, int bits) {
    if (bits != MAX_WBITS) text += fmt::format("; {}={}", name, bits);
  };
  add_bits("server_max_window_bits", chosen.from_server.window_bits);
  add_bits("client_max_window_bits", chosen.from_client.window_bits);
  return text;
}

std::optional<deflate_settings> read_deflate_answer(const headers& response) {
  const auto answered = parse(response);
  if (answered.empty()) return std::nullopt;
  if (answered.size() > 1 || answered.front().name != "permessage-deflate") {
    refuse(quoted(answered.back().name) + " was not offered");
  }
  const deflate_terms terms = read_terms(answered.front(), false);
  if (!terms.problem.empty()) refuse(terms.problem);
  return deflate_settings{.from_server = {.window_bits = terms.server_bits.value_or(MAX_WBITS),
                                          .keeps_context = !terms.server_no_context},
                          .from_client = {.window_bits = terms.client_bits.value_or(MAX_WBITS),
                                          .keeps_context = !terms.client_no_context}};
}

}  // namespace eddy::http::websocket::detail
