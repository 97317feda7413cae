package io.hawser.room.uplink;

import io.hawser.room.connection.Attached;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Uplink;
import io.hawser.wire.v1.UplinkAck;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one app on a connection sends up; made with its first uplink, since most never do. */
final class ClientUplinks {
    private final UplinkLoop uplinks;
    private final TokenBucket rate;
    private final List<UplinkLine> lines = new ArrayList<>(1);
    private int onceInFlight;

    ClientUplinks(UplinkLoop uplinks) {
        this.uplinks = uplinks;
        this.rate = new TokenBucket(uplinks.config().burst(), uplinks.nowMs());
    }

    /** An uplink has come by a binding that lives. It is answered, now or once it is stored. */
    void take(Attached binding, Uplink uplink, int maxBodyBytes) {
        try {
            UplinkChecks.check(uplink, maxBodyBytes);
        } catch (HawserException refusal) {
            refuse(binding, uplink, refusal, 0);
            return;
        }
        if (uplink.getNumber() == 0) {
            // Known from now on, for as long as it is bound.
            var _ = line(binding);
            once(binding, uplink);
        } else {
            store(binding, uplink);
        }
    }

    /** A binding has ended. Returns whether none is left that ever sent anything up. */
    boolean ended(Attached binding) {
        UplinkLine line = find(binding);
        if (line != null) {
            line.end();
            lines.remove(line);
        }
        return lines.isEmpty();
    }

    private void store(Attached binding, Uplink uplink) {
        UplinkLine line = line(binding);
        if (line.skips(uplink)) {
            return;
        }
        int waitMs = tooFastForMs();
        if (waitMs > 0) {
            line.refuse(uplink.getNumber(), tooFast(), waitMs);
        } else {
            line.add(uplink);
        }
    }

    private void once(Attached binding, Uplink uplink) {
        int waitMs = tooFastForMs();
        if (waitMs > 0) {
            refuse(binding, uplink, tooFast(), waitMs);
        } else if (onceInFlight >= uplinks.config().maxOnceInFlight()
                || !uplinks.maySend(binding.app())
                || !uplinks.take(binding.app(), uplink)) {
            refuse(
                    binding,
                    uplink,
                    HawserException.refusal(ErrorCode.RESOURCE_EXHAUSTED, "uplinks: too many are in hand"),
                    0);
        } else {
            onceInFlight++;
            uplinks.carry(binding, uplink, (reply, failure) -> {
                onceInFlight--;
                if (reply == null && binding.isLive()) {
                    refuse(binding, uplink, UplinkFailures.told(failure), 0);
                } else if (reply != null) {
                    uplinks.meters().triedOnce();
                }
            });
        }
    }

    private int tooFastForMs() {
        UplinkConfig config = uplinks.config();
        return rate.take(config.perSecond(), config.burst(), uplinks.nowMs());
    }

    private HawserException tooFast() {
        return HawserException.refusal(
                ErrorCode.RESOURCE_EXHAUSTED,
                "uplinks: too fast (expected: " + uplinks.config().perSecond() + " a second)");
    }

    /** By its number; without one, by its correlation; without either, by the binding alone. */
    private void refuse(Attached binding, Uplink uplink, HawserException refusal, int retryAfterMs) {
        if (uplink.getNumber() != 0) {
            line(binding).refuse(uplink.getNumber(), refusal, retryAfterMs);
            return;
        }
        ErrorCode code = refusal.code();
        String detail = String.valueOf(refusal.getMessage());
        int waitMs = retryAfterMs > 0 ? retryAfterMs : uplinks.retryAfterMs(code);
        uplinks.meters().refused(code);
        if (uplink.getCorrelation().isEmpty()) {
            binding.send(
                    FrameType.ERROR,
                    Error.newBuilder()
                            .setBinding(binding.number())
                            .setCode(code.number())
                            .setDetail(detail)
                            .setRetryAfterMs(waitMs)
                            .build());
        } else {
            binding.send(
                    FrameType.UPLINK_ACK,
                    UplinkAck.newBuilder()
                            .setBinding(binding.number())
                            .setCorrelation(uplink.getCorrelation())
                            .setCode(code.number())
                            .setDetail(detail)
                            .setRetryAfterMs(waitMs)
                            .build());
        }
    }

    private UplinkLine line(Attached binding) {
        UplinkLine line = find(binding);
        if (line == null) {
            line = new UplinkLine(binding, uplinks);
            lines.add(line);
        }
        return line;
    }

    private @Nullable UplinkLine find(Attached binding) {
        for (UplinkLine line : lines) {
            if (line.isOf(binding)) {
                return line;
            }
        }
        return null;
    }
}
