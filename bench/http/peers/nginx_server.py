#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""nginx_server.py PORT: becomes an nginx of one process that says hello, and its stub_status at /status."""

import os
import shutil
import sys

# Nothing on disk: the configuration is a file in memory, and so is the one for the process's number.
config = os.memfd_create("nginx.conf", 0)
pid = os.memfd_create("nginx.pid", 0)
os.write(config, f"""
daemon off; master_process off; {"user root root;" if os.geteuid() == 0 else ""}
pid /proc/self/fd/{pid}; error_log stderr crit;
events {{ worker_connections 16384; }}
http {{
  access_log off; default_type text/plain; keepalive_requests 1000000000;
  client_body_temp_path /tmp; proxy_temp_path /tmp; fastcgi_temp_path /tmp; uwsgi_temp_path /tmp; scgi_temp_path /tmp;
  server {{
    listen 127.0.0.1:{sys.argv[1]} backlog=4096;
    location / {{ return 200 "Hello, World!"; }}
    location = /status {{ stub_status; }}
  }}
}}
""".encode())
nginx = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
os.execv(nginx, [nginx, "-e", "stderr", "-p", "/tmp", "-c", f"/proc/self/fd/{config}"])
