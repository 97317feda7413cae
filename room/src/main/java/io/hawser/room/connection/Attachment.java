package io.hawser.room.connection;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.hawser.rpc.id.Slot;
import io.hawser.rpc.v1.App;
import io.hawser.rpc.v1.Location;
import io.hawser.wire.ErrorCode;
import io.hawser.wire.v1.Bind;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Who is attached to which connection, and what can be said to it: what a {@link Binding} is built on rather than a part
 * of it, for there are many.
 */
abstract class Attachment extends SlotChains.Member implements Attached {
    private final Connection connection;
    final ConnectionLoop loop;
    private final Reader reader;
    private final short slot;
    private final int number;

    Attachment(Connection connection, ConnectionLoop loop, Bind bind, App app, String mailbox) {
        this.connection = connection;
        this.loop = loop;
        this.reader = new Reader(loop, bind, app.getId(), mailbox);
        this.slot = (short) Slot.of(app.getId(), bind.getUser());
        this.number = bind.getBinding();
    }

    final Connection connection() {
        return connection;
    }

    final Reader reader() {
        return reader;
    }

    @Override
    final int slot() {
        return slot;
    }

    @Override
    public final String app() {
        return reader.app();
    }

    @Override
    public final String user() {
        return reader.user();
    }

    @Override
    public final String device() {
        return reader.device();
    }

    @Override
    public final String mailbox() {
        return reader.mailbox();
    }

    @Override
    public final ByteString installationNonce() {
        return reader.installationNonce();
    }

    @Override
    public final int number() {
        return number;
    }

    @Override
    public final long connectionId() {
        return connection.id();
    }

    @Override
    public final Location location() {
        return loop.identity().location(connection.id(), number);
    }

    @Override
    public final boolean isWritable() {
        return connection.out().isWritable();
    }

    @Override
    public final boolean inflates() {
        return connection.out().inflates();
    }

    @Override
    public final void send(int type, MessageLite body) {
        connection.out().send(type, body);
    }

    @Override
    public final void write(ByteBuf frame) {
        connection.out().write(frame);
    }

    @Override
    public final void refuse(ErrorCode code, String detail) {
        connection.refuse(code, detail, number);
    }

    @Override
    public final void fail(Throwable fault) {
        loop.execute(() -> connection.onFault(fault));
    }

    @Override
    public final void forEachSibling(Consumer<Attached> found) {
        for (Binding sibling : connection.bindings()) {
            if (sibling != this) {
                found.accept(sibling);
            }
        }
    }

    @Override
    public final boolean hasSiblingOf(String app) {
        for (Binding sibling : connection.bindings()) {
            if (sibling != this && sibling.app().equals(app)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public final boolean hasEarlierSibling(Predicate<Attached> wanted) {
        for (Binding sibling : connection.bindings()) {
            if (sibling == this) {
                return false;
            }
            if (wanted.test(sibling)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public final void wakeAt(long dueMs) {
        connection.wakeAt(dueMs);
    }
}
