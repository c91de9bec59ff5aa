#!/bin/sh
# SPDX-License-Identifier: MIT
# pkg_config.sh COMPILER LIBDIR
set -eu
export PKG_CONFIG_PATH="$2/pkgconfig"
folder="$(dirname "$0")"
build_and_run() {
  # Unquoted on purpose: pkg-config prints several arguments.
  "$compiler" "$folder/$2" $(pkg-config --cflags --libs "$1") -Wl,-rpath,"$libdir" -o "pkg_config_$1"
  "./pkg_config_$1"
}
compiler="$1" libdir="$2"
build_and_run eddy-core main.cpp
build_and_run eddy-io io.cpp
