package io.hawser.keeper.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.hawser.keeper.revision.Canary;
import io.hawser.keeper.revision.Scope;
import io.hawser.keeper.revision.ScopeState;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;

/** What commands say of a revision on trial. */
final class Canaries {
    private Canaries() {}

    static void describe(ObjectNode into, Canary canary) {
        into.put("revision", canary.revision()).put("asked", canary.asked());
        canary.members().forEach(into.putArray("instances")::add);
    }

    /**
     * Returns the one on trial.
     *
     * @throws HawserException with FAILED_PRECONDITION when there is none
     */
    static Canary require(Scope scope, ScopeState state) {
        Canary canary = state.pointer().canary();
        if (canary == null) {
            throw HawserException.refusal(
                    ErrorCode.FAILED_PRECONDITION,
                    scope + ": no canary is on trial (expected: one by 'apply --canary'); nothing was written");
        }
        return canary;
    }
}
