package io.hawser.saver.spool;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.AppendRequest;
import io.hawser.saver.journal.LogId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A request in the spool, or on its way there. */
final class Spooled {
    /** What one takes in memory besides its content: the request, this, its key, its places in maps and queues, roughly. */
    private static final int MEMORY_BYTES = 1_000;

    /** Names a request among all of its user's. */
    record Key(LogId log, String requestId) {}

    final LogId log;
    /** As its sender made it. */
    final AppendRequest request;
    /** Completes when it is on the disk; else its caller is told that it is not known to be. */
    final CompletableFuture<Boolean> synced = new CompletableFuture<>();
    /** What it is known by in the spool: set before it is there. */
    private Key key;
    /** Owned by the spool's thread; null: in none yet. */
    @Nullable
    SpoolFile file;
    /** The key turned out to be another message's. */
    private boolean renamed;

    Spooled(LogId log, AppendRequest request) {
        this.log = log;
        this.request = request;
        this.key = new Key(log, request.getRequestId());
    }

    /** Reads what {@link #record} returned. */
    static Spooled parse(ByteBuffer record) throws InvalidProtocolBufferException {
        AppendRequest request = AppendRequest.parseFrom(record);
        String app = request.getApp();
        String user = request.getUser();
        return new Spooled(new LogId(Slot.of(app, user), app, user), request);
    }

    byte[] record() {
        return request.toByteArray();
    }

    Key key() {
        return key;
    }

    /** What it takes up of the spool's bound: its place in a file, and what it takes in memory besides. */
    long bytes() {
        return MEMORY_BYTES + SpoolRecords.RECORD_BYTES + (long) request.getSerializedSize();
    }

    boolean sameBody(AppendRequest other) {
        return request.getBodyHash().equals(other.getBodyHash());
    }

    /** Its id is another message's in the spool: it is known by the one that it is appended under, too. */
    void renameInSpool() {
        rename();
        key = new Key(log, otherId());
    }

    /** From now on it is appended under an id that its key and its body make, the same each time. False: it is already. */
    boolean rename() {
        boolean first = !renamed;
        renamed = true;
        return first;
    }

    /** Returns what is appended: known for as long as a caller's key, and refused by no limit that was not known before. */
    AppendRequest again() {
        return request.toBuilder()
                .setRequestId(renamed ? otherId() : request.getRequestId())
                .setKeyed(true)
                .setAvailable(false)
                .setSpooled(true)
                .setUserMustExist(false)
                .setMaxMessages(0)
                .setMaxBytes(0)
                .build();
    }

    private String otherId() {
        ByteString both = ByteString.copyFrom(request.getRequestId(), StandardCharsets.UTF_8)
                .concat(request.getBodyHash());
        return "spooled-" + UUID.nameUUIDFromBytes(both.toByteArray());
    }
}
