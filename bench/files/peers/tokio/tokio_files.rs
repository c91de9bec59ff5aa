// SPDX-License-Identifier: MIT
//! The rows of ../../section.py on Tokio's one-thread runtime and its pool for files:
//! `tokio_files ROW` prints `ROW ns`.

use tokio::fs;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, BufReader};

const SMALL_FILES: usize = 20_000;
const AT_ONCE: usize = 64;

fn path(name: &str) -> String {
    format!("{}/{name}", std::env::var("EDDY_BENCH_FILES").expect("EDDY_BENCH_FILES names no folder"))
}

fn cpu_ns() -> f64 {
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    let (user, system) = (usage.ru_utime, usage.ru_stime);
    (user.tv_sec + system.tv_sec) as f64 * 1e9 + (user.tv_usec + system.tv_usec) as f64 * 1e3
}

async fn chunks() -> usize {
    let mut count = 0;
    let mut buffer = vec![0; 256 << 10];
    let mut file = fs::File::open(path("big")).await.unwrap();
    // One read gives no more than Tokio's own buffer holds, 16 KiB.
    while file.read_exact(&mut buffer).await.is_ok() {
        count += 1;
    }
    count
}

async fn small_files() -> usize {
    let readers = (0..AT_ONCE).map(|first| {
        tokio::spawn(async move {
            for i in (first..SMALL_FILES).step_by(AT_ONCE) {
                assert_eq!(fs::read(path(&format!("small/{i}"))).await.unwrap().len(), 4096);
            }
        })
    });
    for reader in readers.collect::<Vec<_>>() {
        reader.await.unwrap();
    }
    SMALL_FILES
}

async fn lines() -> usize {
    let (mut count, mut bytes) = (0, 0);
    let file = fs::File::open(path("lines")).await.unwrap();
    let mut lines = BufReader::with_capacity(64 << 10, file).lines();
    while let Some(line) = lines.next_line().await.unwrap() {
        bytes += line.len();
        count += 1;
    }
    assert!(bytes > count);
    count
}

fn main() {
    let row = std::env::args().nth(1).expect("usage: tokio_files ROW");
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let before = cpu_ns();
    let count = match row.as_str() {
        "chunks" => runtime.block_on(chunks()),
        "small_files" => runtime.block_on(small_files()),
        "lines" => runtime.block_on(lines()),
        _ => return,
    };
    println!("{row} {:.1}", (cpu_ns() - before) / count as f64);
}
