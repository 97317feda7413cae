package io.hawser.rpc.id;

import io.hawser.wire.ErrorCode;
import io.hawser.wire.HawserException;
import io.netty.util.NetUtil;
import java.net.InetAddress;

/**
 * An IP network, as CIDR (RFC 4632, RFC 4291) writes it. Two that hold the same addresses are equal.
 *
 * @param version6 IPv6; else IPv4, to which mapped addresses ({@code ::ffff:192.0.2.1}) count
 * @param high upper half of the address; 0 in IPv4
 * @param low lower half of the address, or the whole of an IPv4 one
 * @param prefix how many leading bits are the network's; those behind are zero
 */
public record Network(boolean version6, long high, long low, int prefix) {
    private static final int BITS4 = 32;
    private static final int BITS6 = 128;
    private static final int MAPPED_BITS = BITS6 - BITS4;

    public Network {
        int bits = version6 ? BITS6 : BITS4;
        if (prefix < 0 || prefix > bits) {
            throw new IllegalArgumentException("prefix: " + prefix + " (expected: 0 to " + bits + ")");
        }
        high = version6 ? masked(high, prefix) : 0;
        low = version6 ? masked(low, prefix - Long.SIZE) : masked(low << BITS4, prefix) >>> BITS4;
    }

    /**
     * Reads "192.0.2.0/24", "2001:db8::/32", or an address alone.
     *
     * @throws HawserException INVALID_ARGUMENT where it is none, or has bits behind its prefix
     */
    public static Network parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        byte[] bytes = address.indexOf('%') < 0 ? NetUtil.createByteArrayFromIpAddressString(address) : null;
        if (bytes == null) {
            throw refusal(text, "an address or a network, such as 192.0.2.0/24 or 2001:db8::/32");
        }
        Network host = of(bytes);
        int prefix = slash < 0 ? host.prefix : prefix(text, text.substring(slash + 1), host, bytes.length);
        Network network = new Network(host.version6, host.high, host.low, prefix);
        if (network.high != host.high || network.low != host.low) {
            throw refusal(text, network.toString());
        }
        return network;
    }

    /** Returns the network of this address alone. */
    public static Network of(InetAddress address) {
        return of(address.getAddress());
    }

    /** Returns the network of this prefix that this one is in; it has no more bits than this one. */
    public Network within(int shorter) {
        return new Network(version6, high, low, shorter);
    }

    /** Whether an address is of it. */
    public boolean contains(InetAddress address) {
        Network host = of(address);
        return host.version6 == version6 && equals(host.within(prefix));
    }

    @Override
    public String toString() {
        return NetUtil.bytesToIpAddress(bytes()) + "/" + prefix;
    }

    private byte[] bytes() {
        byte[] bytes = new byte[version6 ? BITS6 / Byte.SIZE : BITS4 / Byte.SIZE];
        for (int i = 0; i < bytes.length; i++) {
            int fromEnd = bytes.length - 1 - i;
            long half = fromEnd >= Long.BYTES ? high : low;
            bytes[i] = (byte) (half >>> (fromEnd % Long.BYTES * Byte.SIZE));
        }
        return bytes;
    }

    private static Network of(byte[] bytes) {
        if (bytes.length == BITS4 / Byte.SIZE) {
            return new Network(false, 0, number(bytes, 0, bytes.length), BITS4);
        }
        long high = number(bytes, 0, Long.BYTES);
        long low = number(bytes, Long.BYTES, Long.BYTES);
        return high == 0 && low >>> BITS4 == 0xffff
                ? new Network(false, 0, low & 0xffff_ffffL, BITS4)
                : new Network(true, high, low, BITS6);
    }

    private static int prefix(String text, String digits, Network host, int bytes) {
        int written = bytes * Byte.SIZE;
        int prefix = digits.matches("[0-9]{1,3}") ? Integer.parseInt(digits) : -1;
        // A mapped network is written with the 96 bits before it.
        int own = host.version6 || written == BITS4 ? prefix : prefix - MAPPED_BITS;
        if (prefix > written || own < 0) {
            throw refusal(text, "a prefix of 0 to " + written);
        }
        return own;
    }

    private static long number(byte[] bytes, int from, int count) {
        long number = 0;
        for (int i = 0; i < count; i++) {
            number = (number << Byte.SIZE) | (bytes[from + i] & 0xff);
        }
        return number;
    }

    private static long masked(long bits, int prefix) {
        if (prefix <= 0) {
            return 0;
        }
        return prefix >= Long.SIZE ? bits : bits & (-1L << (Long.SIZE - prefix));
    }

    private static HawserException refusal(String text, String expected) {
        return HawserException.refusal(
                ErrorCode.INVALID_ARGUMENT, "network: " + text + " (expected: " + expected + ")");
    }
}
