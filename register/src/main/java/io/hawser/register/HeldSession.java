package io.hawser.register;

import io.hawser.rpc.id.SlotDigests;
import io.hawser.rpc.v1.Location;
import io.hawser.rpc.v1.Session;
import io.hawser.rpc.v1.Stamp;
import org.jspecify.annotations.Nullable;

/**
 * A session as it is kept: about 175 bytes with its ids, where the message it came in takes 700.
 *
 * <p>Immutable but for its place in a bucket's chain.
 */
final class HeldSession {
    private static final String DEVICE_MAILBOX = "device:";

    final TenantCount tenant;
    final RoomLife room;
    final byte[] ids;
    /** Null: the device's own mailbox, whose name follows from the device. */
    private final @Nullable String mailbox;

    private final String deviceClass;
    private final String clientVersion;
    private final long connection;
    private final long stampVersion;
    private final long stampCounter;
    private final long boundMs;
    private final int binding;
    /** Of app and user. */
    final int hash;

    @Nullable
    HeldSession next;

    HeldSession(Session told, Stamp stamp, TenantCount tenant, RoomLife room, Names names, int hash) {
        this.tenant = tenant;
        this.room = room;
        this.ids = PackedIds.of(told);
        this.mailbox = isOwn(told.getMailbox(), told.getDevice()) ? null : names.share(told.getMailbox());
        this.deviceClass = names.share(told.getDeviceClass());
        this.clientVersion = names.share(told.getClientVersion());
        this.connection = told.getLocation().getConnection();
        this.binding = told.getLocation().getBinding();
        this.stampVersion = stamp.getMembershipVersion();
        this.stampCounter = stamp.getCounter();
        this.boundMs = told.getBoundMs();
        this.hash = hash;
    }

    boolean isOf(String app, byte[] user, int userHash) {
        return hash == userHash && PackedIds.isUser(ids, user) && tenant.app.equals(app);
    }

    boolean isOfUserOf(HeldSession other) {
        return hash == other.hash && PackedIds.sameUser(ids, other.ids) && tenant == other.tenant;
    }

    String app() {
        return tenant.app;
    }

    /** Whose it is, with strings made anew. */
    Away.Device endpoint() {
        return new Away.Device(
                tenant.app,
                PackedIds.user(ids).toStringUtf8(),
                PackedIds.device(ids).toStringUtf8());
    }

    String clientVersion() {
        return clientVersion;
    }

    String mailboxName() {
        return mailbox == null ? DEVICE_MAILBOX + PackedIds.device(ids).toStringUtf8() : mailbox;
    }

    boolean reads(String mailboxName) {
        if (mailbox != null) {
            return mailbox.equals(mailboxName);
        }
        return mailboxName.startsWith(DEVICE_MAILBOX) && isDevice(mailboxName.substring(DEVICE_MAILBOX.length()));
    }

    boolean isAt(Location location) {
        return hasPlace(location) && room.incarnation == location.getRoomIncarnation();
    }

    /** Whether this is the bind that is told of, and its room has gone on to another life meanwhile: a stamp is one bind's. */
    boolean isToldByAnotherLife(Session told) {
        Location location = told.getLocation();
        return isStamped(told.getStamp()) && hasPlace(location) && room.incarnation != location.getRoomIncarnation();
    }

    /** In whichever life of the room. */
    private boolean hasPlace(Location location) {
        return connection == location.getConnection()
                && binding == location.getBinding()
                && room.room.equals(location.getRoom());
    }

    /** Whether this is the very bind that is told of: a repeat, and not another bind in the same place. */
    boolean isSameBind(Session told) {
        return isAt(told.getLocation())
                && boundMs == told.getBoundMs()
                && isDevice(told.getDevice())
                && PackedIds.nonce(ids).equals(told.getInstallationNonce());
    }

    /** Whether it is this one that leaves: by its stamp, or, told by a room that never heard of one, by its bind. */
    boolean isWhoLeaves(Session told) {
        return told.hasStamp() ? isAt(told.getLocation()) && isStamped(told.getStamp()) : isSameBind(told);
    }

    void addTo(SlotDigests digests, int slot) {
        digests.add(slot, connection, binding, stampVersion, stampCounter);
    }

    void removeFrom(SlotDigests digests, int slot) {
        digests.remove(slot, connection, binding, stampVersion, stampCounter);
    }

    Stamp stamp() {
        return Stamp.newBuilder()
                .setMembershipVersion(stampVersion)
                .setCounter(stampCounter)
                .build();
    }

    boolean isStamped(Stamp stamp) {
        return stampVersion == stamp.getMembershipVersion() && stampCounter == stamp.getCounter();
    }

    boolean isOlderThan(Stamp stamp) {
        return StampClock.compare(stampVersion, stampCounter, stamp) < 0;
    }

    Session toSession() {
        Session.Builder session = Session.newBuilder()
                .setApp(tenant.app)
                .setUserBytes(PackedIds.user(ids))
                .setDeviceBytes(PackedIds.device(ids))
                .setDeviceClass(deviceClass)
                .setLocation(location())
                .setStamp(stamp())
                .setInstallationNonce(PackedIds.nonce(ids))
                .setBoundMs(boundMs)
                .setClientVersion(clientVersion);
        return session.setMailbox(mailboxName()).build();
    }

    private Location location() {
        return Location.newBuilder()
                .setRoom(room.room)
                .setRoomIncarnation(room.incarnation)
                .setConnection(connection)
                .setBinding(binding)
                .build();
    }

    boolean isDevice(String device) {
        return PackedIds.device(ids).toStringUtf8().equals(device);
    }

    private static boolean isOwn(String mailbox, String device) {
        return mailbox.length() == DEVICE_MAILBOX.length() + device.length()
                && mailbox.startsWith(DEVICE_MAILBOX)
                && mailbox.endsWith(device);
    }
}
