package io.hawser.room.pull;

import io.hawser.room.connection.Attached;
import io.hawser.room.connection.Host;
import io.hawser.room.connection.Pulls;
import io.hawser.room.fair.AppShares;
import io.hawser.rpc.v1.ReadBodyReply;
import io.hawser.rpc.v1.ReadBodyRequest;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Pull;
import io.hawser.wire.v1.Pulled;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers each PULL by one PULLED, with a part or with a code. Keeps nothing of a body: the client says where it goes on.
 * How many are asked of savers at once is bounded, by binding and by event loop, of which the apps have shares; a client
 * that does not read is not given more. Lives on its event loop.
 */
final class LoopPulls implements Pulls {
    private static final int MAX_KEY_BYTES = 64;
    /** Largest body there is. */
    private static final long MAX_OFFSET = 1 << 20;

    private final Host host;
    private final Bodies bodies;
    private final Supplier<PullConfig> config;
    private final PullMeters meters;
    private final IdentityHashMap<Attached, InFlight> inFlight = new IdentityHashMap<>();
    private final AppShares inFlightByApp = new AppShares();

    /** The calls of a binding that are under way, until it ends or drops. */
    private static final class InFlight {
        int count;
    }

    LoopPulls(Host host, Bodies bodies, Supplier<PullConfig> config, PullMeters meters) {
        this.host = host;
        this.bodies = bodies;
        this.config = config;
        this.meters = meters;
    }

    @Override
    public void onPull(Attached binding, Pull pull) {
        assert host.inEventLoop();
        HawserException refusal = refusalOf(binding, pull);
        if (refusal != null) {
            refuse(binding, pull, refusal);
            return;
        }
        inFlightByApp.take(binding.app(), 1);
        InFlight calls = inFlight.computeIfAbsent(binding, first -> new InFlight());
        calls.count++;
        host.hop(bodies.read(request(binding, pull)), (reply, failure) -> {
            inFlightByApp.giveBack(binding.app(), 1);
            // Else it was asked for on a connection that dropped: on the one after it, nobody waits for it.
            if (inFlight.get(binding) == calls) {
                if (--calls.count == 0) {
                    inFlight.remove(binding);
                }
                answered(binding, pull, reply, failure);
            }
        });
    }

    @Override
    public void onEnded(Attached binding) {
        inFlight.remove(binding);
    }

    private @Nullable HawserException refusalOf(Attached binding, Pull pull) {
        int keyBytes = pull.getKey().getBytes(StandardCharsets.UTF_8).length;
        if (keyBytes < 1 || keyBytes > MAX_KEY_BYTES) {
            return HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT, "key: " + keyBytes + " bytes (expected: 1 to " + MAX_KEY_BYTES + ")");
        }
        if (Long.compareUnsigned(pull.getOffset(), MAX_OFFSET) > 0) {
            return HawserException.refusal(
                    ErrorCode.INVALID_ARGUMENT,
                    "offset: " + Long.toUnsignedString(pull.getOffset()) + " (expected: one in the body)");
        }
        InFlight calls = inFlight.get(binding);
        boolean tooMany = calls != null && calls.count >= config.get().maxInFlight();
        boolean share = inFlightByApp.mayTake(binding.app(), 1, config.get().maxInFlightPerLoop());
        if (tooMany || !share || !binding.isWritable()) {
            return HawserException.refusal(ErrorCode.RESOURCE_EXHAUSTED, "PULL: too many under way");
        }
        return null;
    }

    private ReadBodyRequest request(Attached binding, Pull pull) {
        return ReadBodyRequest.newBuilder()
                .setApp(binding.app())
                .setUser(pull.getBroadcast() ? "" : binding.user())
                .setKey(pull.getKey())
                .setOffset(pull.getOffset())
                .setMaxBytes((int) config.get().part().bytes())
                .build();
    }

    private void answered(Attached binding, Pull pull, @Nullable ReadBodyReply reply, @Nullable Throwable failure) {
        if (!binding.isLive()) {
            return;
        }
        if (reply == null) {
            refuse(binding, pull, refusalOf(failure));
        } else if (reply.getData().isEmpty()) {
            refuse(
                    binding,
                    pull,
                    HawserException.refusal(
                            ErrorCode.NOT_FOUND,
                            "offset: " + pull.getOffset() + " (expected: below " + reply.getTotal() + ")"));
        } else {
            meters.pulled();
            binding.send(
                    FrameType.PULLED,
                    about(binding, pull)
                            .setTotal(reply.getTotal())
                            .setData(reply.getData())
                            .setText(reply.getText())
                            .setVersion(reply.getVersion())
                            .build());
        }
    }

    /** What a client can do about a saver that is away is to come again, whatever became of the call. */
    private static HawserException refusalOf(@Nullable Throwable failure) {
        if (failure instanceof HawserException refusal) {
            return switch (refusal.code()) {
                case NOT_FOUND, INVALID_ARGUMENT, RESOURCE_EXHAUSTED -> refusal;
                default -> new HawserException(ErrorCode.UNAVAILABLE, "body: not reached", refusal);
            };
        }
        return new HawserException(ErrorCode.UNAVAILABLE, "body: not reached", failure);
    }

    private void refuse(Attached binding, Pull pull, HawserException refusal) {
        meters.refused(refusal.code());
        binding.send(
                FrameType.PULLED,
                about(binding, pull)
                        .setCode(refusal.code().number())
                        .setDetail(String.valueOf(refusal.getMessage()))
                        .setRetryAfterMs(retryAfterMs(refusal.code()))
                        .build());
    }

    private int retryAfterMs(ErrorCode code) {
        return switch (code) {
            case UNAVAILABLE, RESOURCE_EXHAUSTED -> (int) host.backoffMs(1);
            default -> 0;
        };
    }

    private static Pulled.Builder about(Attached binding, Pull pull) {
        return Pulled.newBuilder()
                .setBinding(binding.number())
                .setKey(pull.getKey())
                .setBroadcast(pull.getBroadcast())
                .setOffset(pull.getOffset());
    }
}
