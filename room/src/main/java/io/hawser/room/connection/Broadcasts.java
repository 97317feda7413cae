package io.hawser.room.connection;

import io.hawser.rpc.v1.App;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.BroadcastCursor;
import io.hawser.wire.v1.Join;
import io.hawser.wire.v1.Sync;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Groups and broadcasts. One for each event loop, called on it alone. */
public interface Broadcasts {
    /** Serves nobody: a binding is a member of no group, and is given no broadcast. */
    Broadcasts NONE = new Broadcasts() {
        @Override
        public @Nullable Listener admit(Attached binding, App app, Bind bind, List<String> tokenGroups) {
            return null;
        }

        @Override
        public void onTick() {
            // Nothing is ever due.
        }
    };

    /**
     * Returns the part of a binding that is about to be made; null where broadcasts are not served.
     *
     * @throws io.hawser.wire.HawserException where it names groups that the client may not join
     */
    @Nullable
    Listener admit(Attached binding, App app, Bind bind, List<String> tokenGroups);

    /** Ten times a second. */
    void onTick();

    /** Whether bodies may be compressed for clients that take it. */
    default boolean compresses() {
        return false;
    }

    /** One binding's part. */
    interface Listener {
        /**
         * Begins to ask for the endpoint's groups and cursor. Calls {@code whenReady} once, when BOUND may be said with
         * what is known by then; not where the binding ends before.
         */
        void ask(Runnable whenReady);

        /** Adds the groups and the cursor, as known now. */
        void describe(Bound.Builder bound);

        /** BOUND was said: broadcasts may follow. */
        void begin();

        void onSync(Sync sync);

        void onJoin(Join join);

        /** A new token may allow other groups. */
        void onTokenRenewed(List<String> tokenGroups);

        /**
         * The client, which was away, is back with this cursor: what it was given beyond may not have arrived. Nothing is
         * given before {@link #describe} was asked, and {@link #onWritable} told.
         *
         * @param cursor null: it has none
         */
        void resume(@Nullable BroadcastCursor cursor);

        /** The client takes more. */
        void onWritable();

        /** Does what is due, and returns when there is more to do. */
        long onDue(long nowMs);

        /** The binding has ended. Nothing can be said to it any more. */
        void end();
    }
}
