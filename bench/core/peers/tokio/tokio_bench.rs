// SPDX-License-Identifier: MIT
//! The rows of ../README.md on Tokio's one-thread runtime: `tokio_bench ROW` prints `ROW ns [bytes]`.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::sync::{mpsc, Mutex};
use tokio::task::{spawn, yield_now, JoinHandle};
use tokio::time::{sleep, sleep_until, Instant, Sleep};

const BATCH: u64 = 10_000;
const HOUR: Duration = Duration::from_secs(3600);

type Boxed = Pin<Box<dyn Future<Output = u64> + Send>>;

fn usage() -> libc::rusage {
    unsafe {
        let mut usage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    }
}

fn cpu_ns() -> f64 {
    let u = usage();
    let (user, system) = (u.ru_utime, u.ru_stime);
    (user.tv_sec + system.tv_sec) as f64 * 1e9 + (user.tv_usec + system.tv_usec) as f64 * 1e3
}

#[inline(never)]
fn ready(x: u64) -> Boxed {
    Box::pin(async move { x + 1 })
}

async fn ready_unboxed(x: u64) -> u64 {
    x + 1
}

async fn await_ready_task(n: u64) -> u64 {
    let mut sum = 0;
    for i in 0..n {
        sum += ready(i).await;
    }
    assert!(sum >= n);
    n
}

async fn spawn_and_join(n: u64) -> u64 {
    for i in 0..n {
        spawn(ready_unboxed(i)).await.unwrap();
    }
    n
}

async fn spawn_many_and_join(n: u64) -> u64 {
    for _ in 0..n {
        let tasks: Vec<_> = (0..1000).map(|i| spawn(ready_unboxed(i))).collect();
        for task in tasks {
            task.await.unwrap();
        }
    }
    n * 1000
}

async fn yields(n: u64) {
    for _ in 0..n {
        yield_now().await;
    }
}

async fn yield_between_two(n: u64) -> u64 {
    let other = spawn(yields(n));
    yields(n).await;
    other.await.unwrap();
    2 * n
}

async fn queue(n: u64, capacity: usize) -> u64 {
    for _ in 0..n {
        let (putter, mut getter) = mpsc::channel(capacity);
        let producer = spawn(async move {
            for i in 0..BATCH {
                putter.send(i).await.unwrap();
            }
        });
        for i in 0..BATCH {
            assert_eq!(getter.recv().await, Some(i));
        }
        producer.await.unwrap();
    }
    n * BATCH
}

async fn mutex_uncontended(n: u64) -> u64 {
    let mutex = Arc::new(Mutex::new(0));
    for _ in 0..n {
        *mutex.lock().await += 1;
    }
    n
}

fn fib(n: u64) -> Boxed {
    Box::pin(async move {
        if n < 2 {
            return n;
        }
        let forked = spawn(fib(n - 1));
        let here = fib(n - 2).await;
        forked.await.unwrap() + here
    })
}

async fn fork_join(n: u64) -> u64 {
    let calls_of_fib_27 = 635_621;
    for _ in 0..n {
        assert_eq!(fib(27).await, 196_418);
    }
    n * calls_of_fib_27
}

async fn sleeping_tasks(_: u64) -> u64 {
    let count = 1_000_000;
    let start = Instant::now() + Duration::from_secs(2);
    let tasks: Vec<_> = (0..count)
        .map(|i: u64| {
            let jitter = Duration::from_micros((i as u32).wrapping_mul(2_654_435_761) as u64 % 100_000);
            spawn(sleep_until(start + jitter))
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    count
}

/// Polls once, which is what arms a timer.
struct Arm<'a>(Pin<&'a mut Sleep>);

impl Future for Arm<'_> {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        assert!(self.0.as_mut().poll(context).is_pending());
        Poll::Ready(())
    }
}

async fn timer(n: u64) -> u64 {
    let others: Vec<_> = (0..1000).map(|_| spawn(sleep(HOUR))).collect();
    yield_now().await;
    let deadline = Instant::now() + HOUR;
    for _ in 0..n {
        let timer = sleep_until(deadline);
        tokio::pin!(timer);
        Arm(timer.as_mut()).await;
    }
    others.iter().for_each(JoinHandle::abort);
    n
}

async fn frame5() {
    sleep(HOUR).await
}
async fn frame4() {
    frame5().await
}
async fn frame3() {
    frame4().await
}
async fn frame2() {
    frame3().await
}
async fn frame1() {
    frame2().await
}

async fn cancel_tasks(count: u64) -> f64 {
    let tasks: Vec<_> = (0..count).map(|_| spawn(frame1())).collect();
    yield_now().await;
    let before = cpu_ns();
    tasks.iter().for_each(JoinHandle::abort);
    for task in tasks {
        assert!(task.await.unwrap_err().is_cancelled());
    }
    (cpu_ns() - before) / count as f64
}

/// Doubles the work until it takes long enough to be measured.
async fn measure<Work, Ran>(row: &str, work: Work)
where
    Work: Fn(u64) -> Ran,
    Ran: Future<Output = u64>,
{
    let enough = 50e6;
    let mut n = 1;
    loop {
        let before = cpu_ns();
        let operations = work(n).await;
        let spent = cpu_ns() - before;
        if spent >= enough {
            println!("{} {:.2}", row, spent / operations as f64);
            return;
        }
        n *= (enough * 1.2 / spent.max(1.0)).clamp(2.0, 100.0) as u64;
    }
}

async fn run(row: String) {
    match row.as_str() {
        "await_ready_task" => measure(&row, await_ready_task).await,
        "spawn_and_join" => measure(&row, spawn_and_join).await,
        "spawn_many_and_join" => measure(&row, spawn_many_and_join).await,
        "yield_between_two" => measure(&row, yield_between_two).await,
        "queue_of_1" => measure(&row, |n| queue(n, 1)).await,
        "queue_of_64" => measure(&row, |n| queue(n, 64)).await,
        "mutex_uncontended" => measure(&row, mutex_uncontended).await,
        "fork_join" => measure(&row, fork_join).await,
        "timer" => measure(&row, timer).await,
        "sleeping_tasks" => {
            let (cpu_before, resident) = (cpu_ns(), usage().ru_maxrss);
            let count = sleeping_tasks(1).await as f64;
            let bytes = (usage().ru_maxrss - resident) as f64 * 1024.0 / count;
            println!("{} {:.2} {:.0}", row, (cpu_ns() - cpu_before) / count, bytes);
        }
        "cancel_tasks" => println!("{} {:.2}", row, cancel_tasks(100_000).await),
        _ => {}
    }
}

fn main() {
    let row = std::env::args().nth(1).expect("usage: tokio_bench ROW");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    // In a task of its own: block_on's future is not scheduled as a task is.
    runtime.block_on(async { spawn(run(row)).await.unwrap() });
}
