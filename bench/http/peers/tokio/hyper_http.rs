// SPDX-License-Identifier: MIT
//! hyper on Tokio's one-thread runtime: `hyper_http server PORT`, or `hyper_http client PORT COUNT`.

use hyper::client::HttpConnector;
use hyper::service::{make_service_fn, service_fn};
use hyper::{Body, Client, Error, Request, Response, Server, Uri};
use std::convert::Infallible;

async fn hello(_: Request<Body>) -> Result<Response<Body>, Infallible> {
    let reply = Response::builder().header("content-type", "text/plain");
    Ok(reply.body(Body::from("Hello, World!")).unwrap())
}

async fn serve(port: u16) -> Result<(), Error> {
    let service = make_service_fn(|_| async { Ok::<_, Infallible>(service_fn(hello)) });
    let listener = Server::bind(&([127, 0, 0, 1], port).into());
    listener.tcp_nodelay(true).serve(service).await
}

async fn ask(client: Client<HttpConnector, Body>, url: Uri) -> Result<(), Error> {
    loop {
        let reply = client.get(url.clone()).await?;
        assert_eq!(reply.status(), 200);
        hyper::body::to_bytes(reply.into_body()).await?;
    }
}

async fn ask_at_once(port: u16, count: usize) {
    let url: Uri = format!("http://127.0.0.1:{port}/").parse().unwrap();
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let client = Client::builder().pool_max_idle_per_host(count).build(connector);
    for _ in 1..count {
        let asking = ask(client.clone(), url.clone());
        tokio::task::spawn_local(async { asking.await.unwrap() });
    }
    ask(client, url).await.unwrap();
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let port = arguments[2].parse().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    if arguments[1] == "server" {
        runtime.block_on(serve(port)).unwrap();
    } else {
        let count = arguments[3].parse().unwrap();
        tokio::task::LocalSet::new().block_on(&runtime, ask_at_once(port, count));
    }
}
