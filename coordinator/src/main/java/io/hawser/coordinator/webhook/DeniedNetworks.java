package io.hawser.coordinator.webhook;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;

/**
 * Networks that no callback may go to, whoever names an address there. An IPv6 address that stands for an IPv4 one, for
 * whoever translates it on the way, is denied with that.
 */
final class DeniedNetworks {
    private final List<Network> denied;
    private final List<Network> allowed;

    /** Each as {@code 169.254.0.0/16}; what is allowed is so though a network that holds it is denied. */
    DeniedNetworks(List<String> denied, List<String> allowed) {
        this.denied = denied.stream()
                .map(text -> Network.parse("deniedNetworks", text))
                .toList();
        this.allowed = allowed.stream()
                .map(text -> Network.parse("allowedNetworks", text))
                .toList();
    }

    boolean contain(InetAddress address) {
        byte[] bytes = address.getAddress();
        return isDenied(bytes) || Embedded.in(bytes).stream().anyMatch(this::isDenied);
    }

    private boolean isDenied(byte[] address) {
        return denied.stream().anyMatch(network -> network.contains(address))
                && allowed.stream().noneMatch(network -> network.contains(address));
    }

    /**
     * An IPv4 address within IPv6 ones. (The JDK turns mapped ones, RFC 4291, 2.5.5.2, into IPv4 by itself.)
     *
     * @param at where it begins, in bytes
     * @param inverted its bits are
     */
    private record Embedded(Network network, int at, boolean inverted) {
        private static final List<Embedded> KINDS = List.of(
                // IPv4-compatible, RFC 4291, 2.5.5.1; and translated, RFC 2765.
                of("::/96", 12),
                of("::ffff:0:0:0/96", 12),
                // NAT64, RFC 6052; and of the network's own prefix, RFC 8215, as far as it is used with 96 bits.
                of("64:ff9b::/96", 12),
                of("64:ff9b:1::/48", 12),
                // 6to4, RFC 3056.
                of("2002::/16", 2),
                // Teredo, RFC 4380: the server, and the client.
                of("2001::/32", 4),
                new Embedded(Network.parse("embedded", "2001::/32"), 12, true));

        private static Embedded of(String network, int at) {
            return new Embedded(Network.parse("embedded", network), at, false);
        }

        static List<byte[]> in(byte[] address) {
            return KINDS.stream()
                    .filter(kind -> kind.network.contains(address))
                    .map(kind -> kind.from(address))
                    .toList();
        }

        private byte[] from(byte[] address) {
            byte[] embedded = Arrays.copyOfRange(address, at, at + 4);
            for (int i = 0; inverted && i < embedded.length; i++) {
                embedded[i] = (byte) ~embedded[i];
            }
            return embedded;
        }
    }

    private static final class Network {
        private final byte[] prefix;
        private final int bits;

        private Network(byte[] prefix, int bits) {
            this.prefix = prefix;
            this.bits = bits;
        }

        static Network parse(String key, String text) {
            int slash = text.indexOf('/');
            try {
                byte[] prefix = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash))
                        .getAddress();
                int bits = slash < 0 ? prefix.length * 8 : Integer.parseInt(text.substring(slash + 1));
                if (bits >= 0 && bits <= prefix.length * 8) {
                    return new Network(prefix, bits);
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(expected(key, text), e);
            }
            throw new IllegalArgumentException(expected(key, text));
        }

        boolean contains(byte[] other) {
            return other.length == prefix.length && firstDifference(other) >= bits;
        }

        /** In bits from the left. */
        private int firstDifference(byte[] other) {
            for (int i = 0; i < prefix.length; i++) {
                int difference = (prefix[i] ^ other[i]) & 0xff;
                if (difference != 0) {
                    return i * 8 + Integer.numberOfLeadingZeros(difference) - 24;
                }
            }
            return prefix.length * 8;
        }

        private static String expected(String key, String text) {
            return key + ": " + text + " (expected: a network, such as 169.254.0.0/16)";
        }
    }
}
