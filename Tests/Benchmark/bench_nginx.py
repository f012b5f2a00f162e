"""nginx's configuration of the benchmark: everything that is compared, in one nginx."""

import json

# What a site would write by hand instead of a gateway: a table of keys, and the provider's key.
LUA_CHECK = """
    access_by_lua_block {
        local token = (ngx.var.http_authorization or ""):match("^Bearer (.+)$")
        if not token or not KEYS[token] then
            ngx.status = 401
            ngx.say('{"error":{"message":"bad key"}}')
            return ngx.exit(401)
        end
        ngx.req.set_header("Authorization", "Bearer sk-benchmark")
    }
"""

PROXY = """
    proxy_pass http://simulator_http;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    client_max_body_size 32m;
    client_body_buffer_size 1m;
"""

SIMULATOR = """
    location / {{
        fastcgi_param REQUEST_METHOD $request_method;
        fastcgi_param REQUEST_URI $request_uri;
        fastcgi_param CONTENT_TYPE $content_type;
        fastcgi_param CONTENT_LENGTH $content_length;
        fastcgi_keep_conn on;
        fastcgi_read_timeout 1h;
        # So that a proxy before it knows a stream when it sees one.
        fastcgi_pass_header X-Accel-Buffering;
        client_max_body_size 64m;
        client_body_buffer_size 1m;
        fastcgi_pass {upstream};
    }}
"""


# The cheapest upstream there is: nginx answers by itself.
CANNED = """
    location / {
        default_type application/json;
        return 200 '%s';
    }
""" % json.dumps({
    "id": "chatcmpl-1", "object": "chat.completion", "model": "sim",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {
        "role": "assistant", "content": "The quick brown fox jumps over the lazy dog. " * 10}}],
    "usage": {"prompt_tokens": 9, "completion_tokens": 9, "total_tokens": 18}})

GATEWAY = """
    include lockkeeper/lockkeeper_errors.conf;
    include lockkeeper/snippets/health.conf;
    location /v1/ {{
        include lockkeeper/lockkeeper_params;
        fastcgi_param LOCKKEEPER_GATEWAY {id};
        fastcgi_pass lockkeeper;
    }}
"""


def configuration(site):
    """The text of nginx.conf."""
    lua = "".join(f"load_module {path};\n" for path in site.lua_modules)
    lua_server, lua_keys = "", ""
    if site.lua_modules:
        lua_server = f"""
            server {{
                listen 127.0.0.1:{site.ports["lua"]} backlog=4096;
                location / {{ {LUA_CHECK} {PROXY} }}
            }}"""
        lua_keys = f'init_by_lua_block {{ KEYS = {{ ["{site.token}"] = true }} }}'
    simulator = SIMULATOR.format(upstream="simulator")
    recorded = SIMULATOR.format(upstream=f"unix:{site.root}/recorded.sock")
    # The protocols that providers speak; sessions are resumed by tickets.
    tls = (f"ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate {site.certificate}; "
           f"ssl_certificate_key {site.key};")
    return f"""
        {lua}
        {site.user_line}
        daemon off;
        worker_processes 2;
        worker_rlimit_nofile 20000;
        pid {site.root}/nginx.pid;
        error_log {site.root}/nginx.log warn;
        events {{ worker_connections 16000; }}
        http {{
            client_body_temp_path temp; proxy_temp_path temp; fastcgi_temp_path temp;
            uwsgi_temp_path temp; scgi_temp_path temp;
            access_log off;
            keepalive_requests 1000000;
            {lua_keys}
            upstream simulator {{
                server unix:{site.root}/simulator.sock max_fails=0;
                keepalive 512; keepalive_requests 1000000;
            }}
            upstream simulator_http {{
                server 127.0.0.1:{site.ports["simulator"]} max_fails=0;
                keepalive 512; keepalive_requests 1000000;
            }}
            upstream canned_http {{
                server 127.0.0.1:{site.ports["canned"]} max_fails=0;
                keepalive 512; keepalive_requests 1000000;
            }}
            include lockkeeper/lockkeeper.conf;
            server {{ listen 127.0.0.1:{site.ports["simulator"]} backlog=4096; {simulator} }}
            server {{ listen 127.0.0.1:{site.ports["recorded"]} backlog=4096; {recorded} }}
            server {{ listen 127.0.0.1:{site.ports["tls"]} ssl backlog=4096; {tls} {simulator} }}
            server {{
                # A connection for each request.
                listen 127.0.0.1:{site.ports["tls_once"]} ssl backlog=4096;
                keepalive_timeout 0;
                {tls} {simulator}
            }}
            server {{
                listen 127.0.0.1:{site.ports["bare"]} backlog=4096;
                location / {{ {PROXY} }}
            }}
            server {{ listen 127.0.0.1:{site.ports["canned"]} backlog=4096; {CANNED} }}
            server {{
                listen 127.0.0.1:{site.ports["bare_canned"]} backlog=4096;
                location / {{ {PROXY.replace("simulator_http", "canned_http")} }}
            }}
            {lua_server}
            server {{
                listen 127.0.0.1:{site.ports["fragile"]} backlog=4096;
                if (-f {site.outage}) {{ return 500; }}
                {simulator}
            }}
            server {{
                listen 127.0.0.1:{site.ports["gateway"]} backlog=4096;
                {GATEWAY.format(id="ep_main")}
            }}
            server {{
                listen 127.0.0.1:{site.ports["api"]} backlog=4096;
                location / {{
                    include lockkeeper/lockkeeper_params;
                    fastcgi_param LOCKKEEPER_SURFACE control;
                    fastcgi_pass lockkeeper;
                }}
            }}
            server {{
                listen 127.0.0.1:{site.ports["hedging"]} backlog=4096;
                {GATEWAY.format(id="ep_hedging")}
            }}
        }}
    """
