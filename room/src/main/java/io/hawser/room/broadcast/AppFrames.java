package io.hawser.room.broadcast;

import io.hawser.room.connection.Attached;
import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The frames that an app's members on one event loop are written, each made once for all. */
final class AppFrames {
    private final LocalApp app;
    private final LoopContext context;
    /** A frame could not be made: nothing is given until the loop looks again. */
    private boolean isShort;

    AppFrames(LocalApp app, LoopContext context) {
        this.app = app;
        this.context = context;
    }

    boolean isShort() {
        return isShort;
    }

    /** Has frames be made again. Returns whether one could not be. */
    boolean tryAgain() {
        boolean wasShort = isShort;
        isShort = false;
        return wasShort;
    }

    /**
     * The whole frame for the member, to be released by who takes it; null where it cannot be made now. That is no member's
     * fault: mostly memory is short, and the next member would only find it so, too.
     */
    @Nullable
    ByteBuf of(Entry entry, Attached member) {
        return of(List.of(entry), member);
    }

    /** The frames of these, one after the other, in one buffer; as of one. */
    @Nullable
    ByteBuf of(List<Entry> entries, Attached member) {
        if (isShort) {
            return null;
        }
        try {
            return encoded(entries, member);
        } catch (RuntimeException | Error fault) {
            isShort = true;
            app.parts().meters().frameFailed(app.app(), entries.getFirst().bseq(), fault);
            return null;
        }
    }

    private ByteBuf encoded(List<Entry> entries, Attached member) {
        if (context.encoded().isEmpty()) {
            // Released when the loop has no more to do.
            context.loop().busy(app);
        }
        return context.encoded().of(app.app(), entries, member);
    }
}
