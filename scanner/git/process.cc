// SPDX-License-Identifier: Apache-2.0
// A repository can tell git to run programs: hooks, core.fsmonitor, filters, textconv, a
// pager, transports of a promisor remote ("ext::sh -c ..."). Three walls stand before that:
//
//   commands     only plumbing is run that needs none of these: cat-file, for-each-ref,
//                rev-parse, rev-list
//   arguments    -c overrides of what the configuration could start
//   environment  no GIT_* of the caller; no lazy fetch, no protocol, no prompt, no lock,
//                no replaced objects, no configuration of the system or the user
//
// --git-dir names the repository, so that git does not search for one and does not ask who
// owns it. --work-tree stands in for core.worktree, without which git ends when that
// points to a folder that does not exist; no command looks into it.
//
// Git's input is a socket rather than a pipe: a write to a git that has died is then an
// error (MSG_NOSIGNAL) and not a SIGPIPE. Its standard error goes to a file in memory: no
// reader is needed, so neither side can wait for the other.
#include "scanner/git/process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

extern char** environ;

namespace straykey {
namespace {

constexpr size_t kReadBytes = 64 * 1024;
constexpr size_t kComplaintBytes = 300;

// In a list that ':' separates, a name in quotes may hold one.
std::string quote_folder(const std::string& folder) {
  std::string out = "\"";
  for (char c : folder) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::vector<std::string> environment(const RepositoryLayout& layout) {
  std::vector<std::string> out;
  for (char** variable = environ; *variable; ++variable) {
    std::string text = *variable;
    if (!text.starts_with("GIT_") && !text.starts_with("LC_ALL=")) out.push_back(text);
  }
  out.insert(out.end(), {
                            "LC_ALL=C",
                            "GIT_NO_REPLACE_OBJECTS=1",
                            "GIT_OPTIONAL_LOCKS=0",
                            "GIT_NO_LAZY_FETCH=1",
                            "GIT_ALLOW_PROTOCOL=none",
                            "GIT_TERMINAL_PROMPT=0",
                            "GIT_CONFIG_NOSYSTEM=1",
                            "GIT_CONFIG_GLOBAL=/dev/null",
                            "GIT_OBJECT_DIRECTORY=" + layout.objects_dir,
                        });
  std::string more;
  for (const std::string& folder : layout.more_objects_dirs) {
    more += (more.empty() ? "" : ":") + quote_folder(folder);
  }
  if (!more.empty()) out.push_back("GIT_ALTERNATE_OBJECT_DIRECTORIES=" + more);
  return out;
}

std::vector<std::string> command_line(const RepositoryLayout& layout,
                                      const std::vector<std::string>& arguments) {
  std::vector<std::string> out = {
      "git",
      "--no-pager",
      "--git-dir=" + layout.git_dir,
      "--work-tree=" + layout.objects_dir,
      "-c",
      "safe.directory=*",
      "-c",
      "core.fsmonitor=false",
      "-c",
      "core.hooksPath=/dev/null",
      "-c",
      "core.pager=cat",
      "-c",
      "protocol.allow=never",
  };
  out.insert(out.end(), arguments.begin(), arguments.end());
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  for (std::string& text : texts) out.push_back(text.data());
  out.push_back(nullptr);
  return out;
}

// `input`, `output` and `errors` become git's descriptors 0, 1 and 2. Its own process group
// keeps Ctrl-C away from it: we end it, and it ends when its input does.
int spawn(pid_t& pid, int input, int output, int errors, std::vector<std::string> arguments,
          std::vector<std::string> variables) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
  sigset_t none, pipe;
  sigemptyset(&none);
  sigemptyset(&pipe);
  sigaddset(&pipe, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &pipe);
  posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  int error = posix_spawnp(&pid, "git", &actions, &attributes, pointers(arguments).data(),
                           pointers(variables).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

int wait_for(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
  return status;
}

}  // namespace

Result<GitProcess> GitProcess::start(const RepositoryLayout& layout,
                                     const std::vector<std::string>& arguments) {
  return start(command_line(layout, arguments), environment(layout));
}

Result<GitProcess> GitProcess::start(std::vector<std::string> words,
                                     std::vector<std::string> variables) {
  GitProcess git;
  int sockets[2];
  int pipe[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
    return Error{"git: cannot be started: " + system_reason(errno)};
  }
  git.input_ = FileHandle(sockets[0]);
  FileHandle child_input(sockets[1]);
  if (::pipe2(pipe, O_CLOEXEC) != 0) {
    return Error{"git: cannot be started: " + system_reason(errno)};
  }
  git.output_ = FileHandle(pipe[0]);
  FileHandle child_output(pipe[1]);
  git.errors_ = FileHandle(::memfd_create("straykey-git-errors", MFD_CLOEXEC));
  if (!git.errors_) return Error{"git: cannot be started: " + system_reason(errno)};

  int error = spawn(git.pid_, child_input.fd(), child_output.fd(), git.errors_.fd(),
                    std::move(words), std::move(variables));
  if (error != 0) git.pid_ = -1;
  if (error == ENOENT) return Error{"git: not found; install git to read this repository"};
  if (error != 0) return Error{"git: cannot be started: " + system_reason(error)};
  return git;
}

GitProcess::GitProcess(GitProcess&& other) noexcept { *this = std::move(other); }

GitProcess& GitProcess::operator=(GitProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(input_, other.input_);
  std::swap(output_, other.output_);
  std::swap(errors_, other.errors_);
  std::swap(errors_seen_, other.errors_seen_);
  std::swap(buffer_, other.buffer_);
  std::swap(used_, other.used_);
  return *this;
}

GitProcess::~GitProcess() {
  if (pid_ <= 0) return;
  // It writes nothing, so nothing is lost; and it may hang in a file that never ends.
  ::kill(pid_, SIGKILL);
  wait_for(pid_);
}

Result<void> GitProcess::write(ByteView bytes) {
  while (!bytes.empty()) {
    ssize_t n = ::send(input_.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return ended_early();
    bytes.remove_prefix(static_cast<size_t>(n));
  }
  return {};
}

Result<bool> GitProcess::read_more() {
  if (used_ > 0) {
    buffer_.erase(0, used_);
    used_ = 0;
  }
  size_t held = buffer_.size();
  buffer_.resize(held + kReadBytes);
  ssize_t n;
  do {
    n = ::read(output_.fd(), buffer_.data() + held, kReadBytes);
  } while (n < 0 && errno == EINTR);
  int error = errno;
  buffer_.resize(held + static_cast<size_t>(std::max<ssize_t>(n, 0)));
  if (n < 0) return Error{"git: cannot be read from: " + system_reason(error)};
  return n > 0;
}

Result<std::string> GitProcess::read_line() {
  size_t searched = 0;
  for (;;) {
    size_t end = buffer_.find('\n', used_ + searched);
    if (end != std::string::npos) {
      std::string line = buffer_.substr(used_, end - used_);
      used_ = end + 1;
      return line;
    }
    searched = buffer_.size() - used_;
    auto more = read_more();
    if (!more) return more.error();
    if (!*more) return ended_early();
  }
}

Result<std::string> GitProcess::read_exactly(uint64_t bytes) {
  // Grows with what arrives: the number comes from the repository and may be a lie.
  std::string out;
  for (;;) {
    size_t piece =
        static_cast<size_t>(std::min<uint64_t>(bytes - out.size(), buffer_.size() - used_));
    out.append(buffer_, used_, piece);
    used_ += piece;
    if (out.size() == bytes) return out;
    auto more = read_more();
    if (!more) return more.error();
    if (!*more) return ended_early();
  }
}

std::string GitProcess::complaints() {
  std::string text(kReadBytes, '\0');
  ssize_t n = ::pread(errors_.fd(), text.data(), text.size(), errors_seen_);
  text.resize(static_cast<size_t>(std::max<ssize_t>(n, 0)));
  errors_seen_ += static_cast<off_t>(text.size());

  std::string out;
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string line = text.substr(0, end);
    text.erase(0, end + 1);
    if (!line.starts_with("fatal: ") && !line.starts_with("error: ")) continue;
    if (!out.empty()) out += "; ";
    out += line.substr(7);
  }
  // Names out of the repository are in there: nothing that a terminal obeys.
  for (char& c : out) {
    if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') c = '?';
  }
  if (out.size() > kComplaintBytes) out = out.substr(0, kComplaintBytes) + "...";
  return out;
}

Error GitProcess::ended_early() {
  std::string said = complaints();
  return Error{"git: " + (said.empty() ? "ended early" : said)};
}

Result<std::string> GitProcess::finish() {
  input_ = FileHandle();
  for (;;) {
    auto more = read_more();
    if (!more) return more.error();
    if (!*more) break;
  }
  int status = wait_for(std::exchange(pid_, -1));
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return ended_early();
  return std::move(buffer_);
}

Result<std::string> git_output(const RepositoryLayout& layout,
                               const std::vector<std::string>& arguments) {
  auto git = GitProcess::start(layout, arguments);
  if (!git) return git.error();
  return git->finish();
}

Result<std::string> users_git_output(const std::vector<std::string>& arguments) {
  std::vector<std::string> words = {"git"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables;
  for (char** variable = environ; *variable; ++variable) variables.emplace_back(*variable);
  auto git = GitProcess::start(std::move(words), std::move(variables));
  if (!git) return git.error();
  return git->finish();
}

}  // namespace straykey
