package io.hawser.client;

import io.hawser.wire.HawserException;

/**
 * What an app does with what its client receives. All methods are called on the client's listener thread, one at a
 * time; they may block, and messages wait meanwhile.
 */
@FunctionalInterface
public interface PushListener {
    /**
     * Takes a message. They come in order, each once in the life of the process; after a crash only the one that was in
     * the listener's hands may come again, with {@link PushMessage#redelivered}. When this returns, the message is
     * acknowledged and will not come again, so it has to be safe by then.
     *
     * @throws Exception to have the same message again after a while; after
     *     {@link PushClient.Builder#listenerAttempts} such attempts it is given up, told to {@link #onError}, and
     *     acknowledged
     */
    void onMessage(PushMessage message) throws Exception;

    /**
     * The platform lost history, as after a restore from a backup: what lies between the two positions may be missing,
     * or come again under other numbers. An app that keeps state from messages asks its back end for the whole.
     *
     * @param positionBefore seq up to which this client had received messages
     * @param position seq after which messages follow
     */
    default void onGap(long positionBefore, long position) {}

    /** The client is connecting, bound, waiting to connect again, or closed. */
    default void onState(StateChange change) {}

    /**
     * Something went wrong that the client lives with: a refused frame, a token that could not be had, a listener that
     * threw, a position that could not be stored.
     */
    default void onError(HawserException error) {}
}
