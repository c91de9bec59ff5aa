// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

// Made for localhost and 127.0.0.1 by `openssl req -x509 -newkey ec …`. A server of your own reads
// files: {.chain_file = "server.pem", .key_file = "server.key"}.
inline constexpr std::string_view localhost_certificate = R"(-----BEGIN CERTIFICATE-----
MIIBNTCB3aADAgECAgEBMAoGCCqGSM49BAMCMBQxEjAQBgNVBAMMCWxvY2FsaG9z
dDAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAwMDAwMFowFDESMBAGA1UEAwwJ
bG9jYWxob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAELtZRAfRiv/jjN0DZ
TzlkrHptganXijXjZEVWhBzm8B/L5YiIzzGpNVK+FDgjZ9tOUmuwGKTzqFOmwQWE
1MljXKMeMBwwGgYDVR0RBBMwEYIJbG9jYWxob3N0hwR/AAABMAoGCCqGSM49BAMC
A0cAMEQCIGAvJ9tng6BvnKSJTx0jTb2NiFiWgFZBZ8Un6tJShGQtAiBKVYn5H/95
v74Ves4R3Yq+4IGcxCVR8i2K0xMcwfn1Tg==
-----END CERTIFICATE-----)";
inline constexpr std::string_view localhost_key = R"(-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgrkWn62sibr01kOkc
YESY3kHEqwCXX6Lpry6dBt6O3VehRANCAAQu1lEB9GK/+OM3QNlPOWSsem2BqdeK
NeNkRVaEHObwH8vliIjPMak1Ur4UOCNn205Sa7AYpPOoU6bBBYTUyWNc
-----END PRIVATE KEY-----)";
