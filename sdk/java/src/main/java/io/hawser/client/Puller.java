package io.hawser.client;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.HawserException;
import io.hawser.wire.v1.Pull;
import io.hawser.wire.v1.Pulled;
import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Gets one body at a time from the platform, part by part, over whatever connection there is. */
final class Puller {
    private static final long PART_WITHIN_SECONDS = 15;
    private static final int MAX_BODY_BYTES = 4 << 20;

    private @Nullable Outbound out;
    private @Nullable CompletableFuture<Pulled> part;

    synchronized void bound(Outbound out) {
        this.out = out;
        notifyAll();
    }

    synchronized void unbound() {
        out = null;
        if (part != null) {
            part.completeExceptionally(HawserException.refusal(ErrorCode.UNAVAILABLE, "pull: the connection ended"));
        }
    }

    synchronized void answered(Pulled pulled) {
        if (part != null) {
            part.complete(pulled);
        }
    }

    /**
     * Returns the body; waits for a connection where there is none.
     *
     * @throws HawserException NOT_FOUND where there is none, or no more; else it may be tried again
     */
    byte[] pull(String key, boolean broadcast) throws InterruptedException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        Pulled last = Pulled.getDefaultInstance();
        do {
            long version = last.getVersion();
            last = await(ask(key, broadcast, body.size()));
            if (body.size() > 0 && last.getCode() == 0 && last.getVersion() != version) {
                // Another body has taken its place: what is here is half of the old one.
                body.reset();
                last = await(ask(key, broadcast, 0));
            }
            if (last.getCode() != 0) {
                throw HawserException.refusal(ErrorCode.ofNumber(last.getCode()), last.getDetail());
            }
            boolean fits = last.getTotal() <= MAX_BODY_BYTES && last.getOffset() == body.size();
            if (!fits || !last.getKey().equals(key) || (last.getData().isEmpty() && body.size() < last.getTotal())) {
                throw HawserException.refusal(ErrorCode.PROTOCOL_ERROR, "PULLED: not the part asked for");
            }
            body.writeBytes(last.getData().toByteArray());
        } while (body.size() < last.getTotal());
        return body.toByteArray();
    }

    private synchronized CompletableFuture<Pulled> ask(String key, boolean broadcast, long offset)
            throws InterruptedException {
        while (out == null) {
            wait();
        }
        CompletableFuture<Pulled> next = new CompletableFuture<>();
        part = next;
        out.send(Frames.encode(
                FrameType.PULL,
                Pull.newBuilder()
                        .setBinding(Session.BINDING)
                        .setKey(key)
                        .setBroadcast(broadcast)
                        .setOffset(offset)
                        .build()));
        return next;
    }

    private static Pulled await(CompletableFuture<Pulled> part) throws InterruptedException {
        try {
            return part.get(PART_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new HawserException(ErrorCode.DEADLINE_EXCEEDED, "pull: no answer", e);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof HawserException
                    ? (HawserException) e.getCause()
                    : new HawserException(ErrorCode.INTERNAL, "pull: " + e.getCause(), e);
        }
    }
}
