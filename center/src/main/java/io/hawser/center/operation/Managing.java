package io.hawser.center.operation;

import com.linecorp.armeria.server.ServiceRequestContext;
import io.hawser.center.access.Access;
import io.hawser.center.access.Authority;
import io.hawser.center.access.Role;
import io.hawser.center.access.Scope;
import io.hawser.center.link.Repeats;
import io.hawser.rpc.v1.AuditEntry;
import io.hawser.wire.HawserException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * What an app's back end may do to its own users, and operators in its place. What operators do, are refused or fail to
 * do is in the audit log.
 */
public final class Managing {
    private final Access access;
    private final Audit audit;

    public Managing(Access access, Audit audit) {
        this.access = access;
        this.audit = audit;
    }

    /**
     * What is to be done.
     *
     * @param app whose; empty: of all apps, an operator's alone
     * @param scope that a key of the app needs
     * @param role that an operator needs
     * @param name "KickUser"
     * @param object "apps/demo/users/alice"
     */
    public record Deed(String app, Scope scope, Role role, String name, String object) {}

    /** Does it where the caller may; fails with the refusal once that is in the log, where an operator met it. */
    public <R> CompletableFuture<R> attempt(
            ServiceRequestContext context, Deed deed, Function<Authority, CompletableFuture<R>> work) {
        return begin(context, deed, work).exceptionallyCompose(failure -> {
            HawserException refusal = Repeats.refusalOf(failure);
            return access.operatorIfAny(context)
                    .map(operator -> noted(operator.actor(), deed, refusal))
                    .orElse(CompletableFuture.completedFuture(null))
                    .thenCompose(noted -> CompletableFuture.failedFuture(refusal));
        });
    }

    /** The entry that goes along with a change. */
    public AuditEntry entry(Authority authority, Deed deed, String detail) {
        return audit.entry(authority.actor(), deed.name(), deed.object(), detail, Audit.OK);
    }

    /** Stores the entry of an act that must not be without; fails where it cannot be stored. */
    public CompletableFuture<Void> insist(Authority authority, Deed deed, String detail) {
        return audit.insist(entry(authority, deed, detail)).thenApply(stored -> null);
    }

    /** Notes what an operator has done; completes once it is, and never fails. What apps do is not noted. */
    public CompletableFuture<Void> done(Authority authority, Deed deed, String detail) {
        return authority.byOperator()
                ? audit.note(entry(authority, deed, detail))
                : CompletableFuture.completedFuture(null);
    }

    private <R> CompletableFuture<R> begin(
            ServiceRequestContext context, Deed deed, Function<Authority, CompletableFuture<R>> work) {
        try {
            Authority authority = deed.app().isEmpty()
                    ? access.authority(context, deed.role())
                    : access.authority(context, deed.app(), deed.scope(), deed.role());
            return work.apply(authority);
        } catch (HawserException refusal) {
            return CompletableFuture.failedFuture(refusal);
        }
    }

    private CompletableFuture<Void> noted(String actor, Deed deed, HawserException refusal) {
        return audit.note(audit.entry(
                actor,
                deed.name(),
                deed.object(),
                String.valueOf(refusal.getMessage()),
                refusal.code().name()));
    }
}
