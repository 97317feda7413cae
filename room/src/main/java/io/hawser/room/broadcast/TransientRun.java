package io.hawser.room.broadcast;

import io.hawser.room.connection.Attached;
import io.hawser.rpc.v1.PushBroadcastReply;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** TRANSIENT broadcasts to the same members of an event loop: they reach each of them in one write. */
final class TransientRun implements Transients.Run<Transient> {
    /** Of this loop alone: no two processors count its references. */
    private record Begun(Scan members, Glued frames) {}

    private final LocalApp app;
    private final List<String> groups;
    private final List<Transient> all = new ArrayList<>(4);
    private int bytes;
    private @Nullable Begun begun;
    private long written;
    private long dropped;

    TransientRun(Transient first) {
        this.app = first.app();
        this.groups = first.groups();
        all.add(first);
        bytes = first.bytes();
    }

    @Override
    public boolean add(Transient next) {
        boolean taken = begun == null && next.app() == app && bytes + next.bytes() <= Run.MAX_BYTES;
        if (taken) {
            all.add(next);
            bytes += next.bytes();
        }
        return taken;
    }

    @Override
    public int size() {
        return all.size();
    }

    /** Writes to some. With the last one, the answers are made. */
    @Override
    public boolean goOn(int atMost) {
        try {
            Begun under = begun == null ? begin() : begun;
            begun = under;
            boolean more = writeToSome(under, atMost);
            if (!more) {
                finish(under);
            }
            return more;
        } catch (RuntimeException | Error fault) {
            fail(fault);
            throw fault;
        }
    }

    private Begun begin() {
        ByteBuf frames = app.parts().memory().directBuffer(bytes);
        all.forEach(one -> frames.writeBytes(one.frame().duplicate()));
        return new Begun(new Scan(app.crowds().audience(groups)), app.glued(frames));
    }

    private boolean writeToSome(Begun under, int atMost) {
        for (int i = 0; i < atMost; i++) {
            Member next = under.members.next();
            if (next == null) {
                return false;
            }
            if (next.isMetFirstIn(under.members.crowd(), groups)) {
                write(next, under.frames);
            }
        }
        return true;
    }

    private void write(Member member, Glued frames) {
        if (member.binding().isWritable() && tryWrite(member, frames)) {
            written++;
        } else {
            dropped++;
        }
    }

    private boolean tryWrite(Member member, Glued frames) {
        try {
            Attached binding = member.binding();
            binding.write(binding.inflates() ? frames.compressed(app.app(), all) : frames.plain());
            return true;
        } catch (RuntimeException | Error fault) {
            member.binding().fail(fault);
            return false;
        }
    }

    private void finish(Begun under) {
        under.frames.release();
        app.parts().meters().transientWritten().increment((double) written * all.size());
        app.parts().meters().transientDropped().increment((double) dropped * all.size());
        PushBroadcastReply reply = PushBroadcastReply.newBuilder()
                .setWritten(written)
                .setDropped(dropped)
                .build();
        all.forEach(one -> one.answer(reply));
    }

    private void fail(Throwable fault) {
        if (begun != null) {
            begun.frames.release();
        }
        all.forEach(one -> one.fail(fault));
    }
}
