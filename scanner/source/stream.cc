// SPDX-License-Identifier: Apache-2.0
#include "scanner/source/stream.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "scanner/base/file.h"
#include "scanner/base/interrupt.h"

namespace straykey {
namespace {

class StreamBatch : public Batch {
 public:
  StreamBatch(int fd, Origin origin) : fd_(fd), origin_(std::move(origin)) {}

  std::vector<Origin> origins() const override { return {origin_}; }

  void read(Sink& sink) override {
    Spool spool;
    std::string piece(1u << 18, '\0');
    while (wait_for_bytes()) {
      ssize_t n = ::read(fd_, piece.data(), piece.size());
      if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
      if (n < 0) {  // what came before is looked at all the same
        sink.failed(origin_.path, system_reason(errno));
        break;
      }
      if (n == 0) break;
      auto written = spool.write(ByteView(piece.data(), static_cast<size_t>(n)));
      if (!written) {
        sink.failed(origin_.path, written.error().message);
        return;
      }
    }
    auto bytes = spool.take();
    if (bytes) {
      sink.blob(origin_, bytes->bytes());
    } else {
      sink.failed(origin_.path, bytes.error().message);
    }
  }

 private:
  // False when the run is to stop. A read that waits would not notice: the signal may go
  // to any thread.
  bool wait_for_bytes() const {
    pollfd stream{fd_, POLLIN, 0};
    while (!interrupted()) {
      if (::poll(&stream, 1, 200) > 0) return true;
    }
    return false;
  }

  int fd_;
  Origin origin_;
};

}  // namespace

std::unique_ptr<Batch> StreamSource::next(Sink&) {
  if (is_given_) return nullptr;
  is_given_ = true;
  Origin origin;
  origin.kind = OriginKind::kStream;
  origin.source = source_;
  origin.path = name_;
  return std::make_unique<StreamBatch>(fd_, std::move(origin));
}

SourceCoverage StreamSource::coverage() const {
  SourceCoverage coverage;
  coverage.kind = "stream";
  coverage.path = name_;
  return coverage;
}

}  // namespace straykey
