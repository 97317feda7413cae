package io.hawser.keeper.command;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** How an instance tells the operator what becomes of an order. May be called from any thread. */
public interface Answer {
    /** It is under way. */
    void accepted(String words);

    /** It is done. */
    void done(String words, ObjectNode result);

    /** It is not done, and why. */
    void refused(String words);
}
