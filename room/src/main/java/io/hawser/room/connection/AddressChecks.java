package io.hawser.room.connection;

import io.hawser.room.access.Access;
import io.hawser.room.access.Reason;
import io.hawser.room.access.Refusal;
import io.hawser.room.access.Source;
import io.hawser.room.access.Verdict;
import io.hawser.wire.ErrorCode;
import io.netty.channel.Channel;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** What holds for the address that somebody connects from: bans, lists of networks, limits. Counts whom it refuses. */
public final class AddressChecks {
    private final Access access;
    private final Bans bans;
    private final ConnectionMeters meters;

    AddressChecks(Access access, Bans bans, ConnectionMeters meters) {
        this.access = access;
        this.bans = bans;
        this.meters = meters;
    }

    /** Somebody connects: says whether they come in. Who does is to be {@link ConnectionLoop#accept accepted}. */
    public Verdict enter(Channel channel) {
        return enter(Outlet.peer(channel));
    }

    Verdict enter(@Nullable InetAddress from) {
        Refusal banned = from == null ? null : ofBans(from);
        return counted(banned == null ? access.enter(from) : banned);
    }

    /** A proxy connects, which has yet to say for whom. */
    public Verdict enterProxy(Channel channel) {
        return counted(access.trusts(Outlet.peer(channel)) ? Source.PROXY : access.refusal(Reason.UNTRUSTED_PROXY));
    }

    /** Refuses somebody for this reason. */
    Refusal refuse(Reason reason) {
        meters.turnedAway(reason);
        return access.refusal(reason);
    }

    private Verdict counted(Verdict verdict) {
        if (verdict instanceof Refusal refusal) {
            meters.turnedAway(refusal.reason());
        }
        return verdict;
    }

    /** Returns what keeps an address out of the room now; null: nothing. */
    @Nullable
    Refusal refusalOf(InetAddress address) {
        Refusal listed = access.ofNetwork(address);
        return listed == null ? ofBans(address) : listed;
    }

    private @Nullable Refusal ofBans(InetAddress address) {
        Banned ban = bans.ofPeer(address);
        return ban == null ? null : new Refusal(Reason.BANNED, ErrorCode.BANNED, ban.detail(), ban.retryAfterMs());
    }
}
