package io.hawser.client;

import io.hawser.wire.HawserException;
import java.util.Set;

/**
 * What an app does with what its client receives. All methods are called on the client's listener thread, one at a
 * time; they may block, and messages wait meanwhile.
 */
@FunctionalInterface
public interface PushListener {
    /**
     * Takes a message or a broadcast. Messages come in order, each once in the life of the process; after a crash only the
     * one that was in the listener's hands may come again, with {@link PushMessage#redelivered}. When this returns, it is
     * acknowledged and will not come again, so it has to be safe by then. Broadcasts are in no order among themselves (a
     * slow one is overtaken by an urgent one), and a notification comes when its body is here.
     *
     * @throws Exception to have the same message again after a while; after
     *     {@link PushClientBuilder#listenerAttempts} such attempts it is given up, told to {@link #onError}, and
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

    /** Broadcasts up to this number are kept no longer, and those this client has not seen will not come. */
    default void onBroadcastsLost(long lostTo) {}

    /** The endpoint's groups, after each binding that has some, and when the back end changed them. */
    default void onGroups(Set<String> groups) {}

    /** The client is connecting, bound, waiting to connect again, or closed. */
    default void onState(StateChange change) {}

    /**
     * Something went wrong that the client lives with: a refused frame, a token that could not be had, a listener that
     * threw, a position that could not be stored.
     */
    default void onError(HawserException error) {}
}
