package io.hawser.room.broadcast;

import io.hawser.rpc.v1.PushBroadcastReply;
import io.hawser.rpc.v1.PushBroadcastRequest;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletableFuture;

/** A TRANSIENT broadcast on its way to those of one event loop who are here now. */
final class Transient implements Transients.Job {
    private final Scan members;
    private final PushBroadcastRequest request;
    private final ByteBuf frame;
    private final CompletableFuture<PushBroadcastReply> done;
    private final BroadcastMeters meters;
    private long written;
    private long dropped;

    Transient(
            LocalApp app,
            PushBroadcastRequest request,
            ByteBuf frame,
            CompletableFuture<PushBroadcastReply> done,
            BroadcastMeters meters) {
        this.members = new Scan(app.crowds().audience(request.getGroupsList()));
        this.request = request;
        this.frame = frame;
        this.done = done;
        this.meters = meters;
    }

    @Override
    public String app() {
        return request.getApp();
    }

    /** Writes to some. With the last one, the answer is made. */
    @Override
    public boolean goOn(int atMost) {
        for (int i = 0; i < atMost; i++) {
            Member next = members.next();
            if (next == null) {
                finish();
                return false;
            }
            write(next);
        }
        return true;
    }

    private void write(Member member) {
        if (!member.isMetFirstIn(members.crowd(), request.getGroupsList())) {
            return;
        }
        if (member.binding().isWritable() && tryWrite(member)) {
            written++;
        } else {
            dropped++;
        }
    }

    private boolean tryWrite(Member member) {
        try {
            member.binding().write(frame.retainedDuplicate());
            return true;
        } catch (RuntimeException | Error fault) {
            member.binding().fail(fault);
            return false;
        }
    }

    private void finish() {
        frame.release();
        meters.transientWritten().increment((double) written);
        meters.transientDropped().increment((double) dropped);
        done.complete(PushBroadcastReply.newBuilder()
                .setWritten(written)
                .setDropped(dropped)
                .build());
    }
}
