package io.hawser.register;

import com.google.protobuf.ByteString;
import io.hawser.rpc.v1.Session;
import java.util.Arrays;

/**
 * User, device and installation nonce of a session in one array: {@code user length | user | device length | device |
 * nonce}. Three strings would take three times the memory in headers alone.
 */
final class PackedIds {
    private PackedIds() {}

    /** Packs ids of at most 64 bytes each, as checked before. */
    static byte[] of(Session session) {
        ByteString user = session.getUserBytes();
        ByteString device = session.getDeviceBytes();
        ByteString nonce = session.getInstallationNonce();
        byte[] ids = new byte[2 + user.size() + device.size() + nonce.size()];
        ids[0] = (byte) user.size();
        user.copyTo(ids, 1);
        int deviceAt = 1 + user.size();
        ids[deviceAt] = (byte) device.size();
        device.copyTo(ids, deviceAt + 1);
        nonce.copyTo(ids, deviceAt + 1 + device.size());
        return ids;
    }

    static boolean isUser(byte[] ids, byte[] user) {
        return ids[0] == user.length && Arrays.equals(ids, 1, 1 + user.length, user, 0, user.length);
    }

    static boolean sameUser(byte[] a, byte[] b) {
        return a[0] == b[0] && Arrays.equals(a, 1, 1 + a[0], b, 1, 1 + b[0]);
    }

    static ByteString user(byte[] ids) {
        return ByteString.copyFrom(ids, 1, ids[0]);
    }

    static ByteString device(byte[] ids) {
        int at = deviceAt(ids);
        return ByteString.copyFrom(ids, at + 1, ids[at]);
    }

    static ByteString nonce(byte[] ids) {
        int at = nonceAt(ids);
        return ByteString.copyFrom(ids, at, ids.length - at);
    }

    /** Whether both are of one installation, as far as clients told: an empty nonce is nobody's. */
    static boolean sameInstallation(byte[] a, byte[] b) {
        int atA = nonceAt(a);
        int atB = nonceAt(b);
        return atA < a.length && Arrays.equals(a, atA, a.length, b, atB, b.length);
    }

    private static int deviceAt(byte[] ids) {
        return 1 + ids[0];
    }

    private static int nonceAt(byte[] ids) {
        int at = deviceAt(ids);
        return at + 1 + ids[at];
    }
}
