package io.hawser.room.connection;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.hawser.rpc.v1.Location;
import io.hawser.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A binding as those see it who serve it something besides its mailbox. For its event loop alone; the object is the same
 * for the binding's whole life.
 */
public interface Attached {
    String app();

    String user();

    String device();

    /** The mailbox that it reads. */
    String mailbox();

    /** Random bytes that name the installation of the client. */
    ByteString installationNonce();

    /** Its number on its connection. */
    int number();

    /** The connection's id: the same for bindings that share one. */
    long connectionId();

    /** Where it is, as the register is told. */
    Location location();

    /** BOUND was said, and it has not ended. */
    boolean isLive();

    /** Whether its client takes more at present. */
    boolean isWritable();

    /** Whether its client takes compressed bodies, as it was told that it may get. */
    default boolean inflates() {
        return false;
    }

    void send(int type, MessageLite body);

    /** Writes a whole frame, and takes it over. */
    void write(ByteBuf frame);

    /** Refuses a frame of the client; all else goes on. */
    void refuse(ErrorCode code, String detail);

    /** Serving it failed by a fault of ours: its connection is closed, soon, and its client comes back. */
    void fail(Throwable fault);

    /** Has the binding, and all services of it that have deadlines, asked at this moment or earlier. */
    void wakeAt(long dueMs);

    /** Its part in broadcasts; null where they are not served. */
    default Broadcasts.@Nullable Listener listener() {
        return null;
    }

    /** Calls {@code found} with the other bindings of the connection. */
    default void forEachSibling(Consumer<Attached> found) {
        // It is alone.
    }

    /** Whether the connection has another binding of this app. */
    default boolean hasSiblingOf(String app) {
        return false;
    }

    /** Whether one of the connection's bindings that were made before it is such a one. */
    default boolean hasEarlierSibling(Predicate<Attached> wanted) {
        return false;
    }
}
