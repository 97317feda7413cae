package io.hawser.keeper.command;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Carries out the orders of one kind. */
@FunctionalInterface
public interface OrderHandler {
    /**
     * Begins; called in the keeper's loop, which it must not block.
     *
     * @throws io.hawser.wire.HawserException when the order is refused; its message is what the operator reads
     */
    void handle(ObjectNode arguments, Answer answer);
}
