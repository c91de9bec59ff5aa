// SPDX-License-Identifier: MIT
#include "post.hpp"

#include <utility>

#include "datagram_socket.hpp"
#include "network.hpp"

namespace eddy::testing::sim {

post::~post() {
  for (letter& each : under_way_) network_.events.erase(each);
}

link& post::link_of(const datagram& what) {
  if (what.to.family == AF_UNIX) return network_.at_home;
  return network_.between.between(what.from.at.address, what.to.at.address);
}

void post::send(datagram what) {
  const link& along = link_of(what);
  if (network_.random.happens(along.options.duplication)) dispatch(what, packet_kind::datagram);
  dispatch(std::move(what), packet_kind::datagram);
}

void post::dispatch(datagram what, packet_kind kind) {
  link& along = link_of(what);
  const std::size_t size = kind == packet_kind::datagram ? what.bytes.size() : 0;
  const time_point due = along.arrival(network_.now, size, network_.random);
  const auto place = under_way_.emplace(under_way_.end());
  place->whose = this;
  place->place = place;
  place->kind = kind;
  place->what = std::move(what);
  network_.events.insert(*place, due);
}

void post::arrive(letter& arrived) {
  std::list<letter> mine;
  mine.splice(mine.end(), under_way_, arrived.place);
  if (arrived.what.to.family != AF_UNIX) {
    const link& along = link_of(arrived.what);
    const bool lost = along.cut || network_.random.happens(along.options.loss);
    log(arrived, lost);
    if (lost) return;
  }
  deliver(arrived);
}

void post::deliver(const letter& arrived) {
  const address& to = arrived.what.to;
  if (datagram_socket* there = network_.find_datagram_socket(to, arrived.what.from)) {
    return arrived.kind == packet_kind::datagram ? there->arrived(arrived.what)
                                                 : there->refused(arrived.what.from);
  }
  if (arrived.kind == packet_kind::datagram && to.family != AF_UNIX)
    dispatch({.from = to, .to = arrived.what.from, .bytes = {}}, packet_kind::unreachable);
}

void post::log(const letter& seen, bool lost) const {
  network_.log.add({.at = network_.now,
                    .from = seen.what.from.at,
                    .to = seen.what.to.at,
                    .kind = seen.kind,
                    .lost = lost,
                    .bytes = seen.what.bytes.size()});
}

}  // namespace eddy::testing::sim
