//! The system calls of the server's loop, which fail if the test says so.
//!
//! The linker prefers these functions to those of libc: for the whole process, the standard library included. Each
//! passes its call on to the kernel, unless its record in the control file says how often it must fail, and how.
#![expect(unsafe_code, reason = "they stand in for functions of libc")]

use std::ffi::{CString, c_int, c_long, c_void};
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};

use nix::errno::Errno;
use nix::libc;

/// A system call that can fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    Accept,
    Recv,
    Send,
    Wait,
    /// Adding a descriptor to epoll.
    Add,
    /// Reading from an eventfd.
    Drain,
    /// Does not fail: reading from an eventfd waits until it was written to so many times.
    HoldDrain,
}

const CALLS: [Call; 7] = [Call::Accept, Call::Recv, Call::Send, Call::Wait, Call::Add, Call::Drain, Call::HoldDrain];
/// The bytes of a record: an error's number and how often it comes.
const RECORD: usize = 32;

/// The file that says what fails, as the test sees it.
pub struct Control(File);

impl Control {
    /// A control file at `path`, by which nothing fails.
    pub fn new(path: &Path) -> Self {
        let file = File::options().read(true).write(true).create(true).truncate(true).open(path).expect("a new file");
        let control = Self(file);
        CALLS.iter().for_each(|&call| control.fail(call, Errno::UnknownErrno, 0));
        control
    }

    /// From now on `call` fails so many times; with `u32::MAX`, until the next call of this function.
    pub fn fail(&self, call: Call, error: Errno, times: u32) {
        let record = record(error as c_int, times);
        self.0.write_all_at(&record, (call as usize * RECORD) as u64).expect("the file is written");
    }

    /// How often `call` is still to fail.
    pub fn left(&self, call: Call) -> u32 {
        let mut bytes = [0; RECORD];
        self.0.read_exact_at(&mut bytes, (call as usize * RECORD) as u64).expect("the file is read");
        parsed(&bytes).1
    }
}

fn record(error: c_int, times: u32) -> [u8; RECORD] {
    let text = format!("{error:>15} {times:>15}\n");
    text.as_bytes().try_into().expect("a record's length")
}

fn parsed(bytes: &[u8]) -> (c_int, u32) {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let mut words = text.split_whitespace().map(|word| word.parse::<i64>().unwrap_or_default());
    (words.next().unwrap_or_default() as c_int, words.next().unwrap_or_default() as u32)
}

/// The control file's descriptor in the process under test; -1 in any other.
static CONTROL: AtomicI32 = AtomicI32::new(-1);
/// How often an eventfd was written to.
static RINGS: AtomicU32 = AtomicU32::new(0);

/// Obeys the control file at `path` from now on.
pub fn obey(path: &Path) {
    let path = CString::new(path.as_os_str().as_encoded_bytes()).expect("a path");
    // SAFETY: the path is a C string.
    CONTROL.store(unsafe { libc::open(path.as_ptr(), libc::O_RDWR | libc::O_CLOEXEC) }, Ordering::SeqCst);
}

/// The record of `call`.
fn read_record(call: Call) -> (c_int, u32) {
    let fd = CONTROL.load(Ordering::SeqCst);
    let mut bytes = [0_u8; RECORD];
    let at = (call as usize * RECORD) as libc::off_t;
    // SAFETY: the buffer has that many bytes.
    let count = if fd < 0 { -1 } else { unsafe { libc::pread(fd, bytes.as_mut_ptr().cast(), RECORD, at) } };
    if count == RECORD as isize { parsed(&bytes) } else { (0, 0) }
}

/// Whether `call` fails now; then `errno` is set.
fn fails(call: Call) -> bool {
    let (error, times) = read_record(call);
    if times == 0 {
        return false;
    }
    // A call that fails until further notice is not counted: the count could overwrite that notice.
    if times != u32::MAX {
        let bytes = record(error, times - 1);
        let at = (call as usize * RECORD) as libc::off_t;
        // SAFETY: the buffer has that many bytes.
        unsafe { libc::pwrite(CONTROL.load(Ordering::SeqCst), bytes.as_ptr().cast(), RECORD, at) };
    }
    Errno::set_raw(error);
    true
}

/// A system call.
macro_rules! call {
    ($number:expr, $($argument:expr),*) => {
        // SAFETY: the arguments are passed on as they came.
        unsafe { libc::syscall($number, $($argument),*) }
    };
}

#[unsafe(no_mangle)]
extern "C" fn accept4(fd: c_int, address: *mut c_void, length: *mut c_void, flags: c_int) -> c_int {
    if fails(Call::Accept) { -1 } else { call!(libc::SYS_accept4, fd, address, length, flags) as c_int }
}

#[unsafe(no_mangle)]
extern "C" fn recv(fd: c_int, buffer: *mut c_void, length: usize, flags: c_int) -> isize {
    let none = std::ptr::null_mut::<c_void>();
    if fails(Call::Recv) { -1 } else { call!(libc::SYS_recvfrom, fd, buffer, length, flags, none, none) as isize }
}

#[unsafe(no_mangle)]
extern "C" fn send(fd: c_int, bytes: *const c_void, length: usize, flags: c_int) -> isize {
    let none = std::ptr::null_mut::<c_void>();
    if fails(Call::Send) { -1 } else { call!(libc::SYS_sendto, fd, bytes, length, flags, none, 0_usize) as isize }
}

#[unsafe(no_mangle)]
extern "C" fn epoll_wait(fd: c_int, events: *mut c_void, most: c_int, timeout: c_int) -> c_int {
    let none = std::ptr::null_mut::<c_void>();
    if fails(Call::Wait) {
        return -1;
    }
    call!(libc::SYS_epoll_pwait, fd, events, most, timeout, none, 8_usize) as c_int
}

#[unsafe(no_mangle)]
extern "C" fn epoll_ctl(epoll: c_int, operation: c_int, fd: c_int, event: *mut c_void) -> c_int {
    if operation == libc::EPOLL_CTL_ADD && fails(Call::Add) {
        return -1;
    }
    call!(libc::SYS_epoll_ctl, epoll, operation, fd, event) as c_int
}

/// An eventfd is the only descriptor of the server that is read 8 bytes at a time.
#[unsafe(no_mangle)]
extern "C" fn read(fd: c_int, buffer: *mut c_void, length: usize) -> isize {
    if length == 8 {
        while RINGS.load(Ordering::SeqCst) < read_record(Call::HoldDrain).1 {
            std::thread::yield_now();
        }
        if fails(Call::Drain) {
            return -1;
        }
    }
    call!(libc::SYS_read as c_long, fd, buffer, length) as isize
}

#[unsafe(no_mangle)]
extern "C" fn write(fd: c_int, bytes: *const c_void, length: usize) -> isize {
    let written = call!(libc::SYS_write as c_long, fd, bytes, length) as isize;
    // A line of text is longer.
    if length == 8 && written == 8 {
        RINGS.fetch_add(1, Ordering::SeqCst);
    }
    written
}
