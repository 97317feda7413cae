package io.hawser.client;

import java.io.IOException;

/**
 * Keeps, for one endpoint, how far its messages and broadcasts were handed over, and the nonce of the installation. Used
 * by one client at a time, from one thread at a time.
 *
 * <p>{@link FilePositionStore} survives the process; {@link MemoryPositionStore} does not.
 */
public interface PositionStore extends AutoCloseable {
    /** Returns 8 to 32 bytes, drawn at random once for this installation and the same ever after. */
    byte[] installationNonce() throws IOException;

    /** Returns what was saved last, or {@link Position#NONE}. */
    Position load() throws IOException;

    /** Replaces what was saved, as a whole and durably: after a crash {@link #load} gives this or what was before. */
    void save(Position position) throws IOException;

    /** Returns what was saved last of the broadcasts, or {@link BroadcastPosition#NONE}. */
    BroadcastPosition loadBroadcasts() throws IOException;

    /** Replaces what was saved of the broadcasts, as durably as {@link #save} does. */
    void saveBroadcasts(BroadcastPosition position) throws IOException;

    @Override
    void close() throws IOException;

    /** How far messages were handed over. */
    final class Position {
        /** Nothing was handed over yet. */
        public static final Position NONE = new Position(0, 0);

        private final long handed;
        private final long inHand;

        /**
         * Makes a position.
         *
         * @param handed seq up to which the listener has taken messages
         * @param inHand seq of the message that is being given to the listener; 0: none
         */
        public Position(long handed, long inHand) {
            this.handed = handed;
            this.inHand = inHand;
        }

        public long handed() {
            return handed;
        }

        public long inHand() {
            return inHand;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Position
                    && ((Position) other).handed == handed
                    && ((Position) other).inHand == inHand;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(handed * 31 + inHand);
        }

        @Override
        public String toString() {
            return "Position[handed " + handed + ", in hand " + inHand + "]";
        }
    }
}
