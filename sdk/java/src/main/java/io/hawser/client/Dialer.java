package io.hawser.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/** Makes one connection, with TLS where that is configured. */
final class Dialer {
    private static final int MAX_PORT = 65_535;

    private final @Nullable SSLSocketFactory tls;
    private final String tlsName;
    private final int timeoutMs;

    /**
     * Makes a dialer.
     *
     * @param tls null for plain TCP
     * @param tlsName name that a room's certificate must be for, since addresses are numbers
     */
    Dialer(@Nullable SSLSocketFactory tls, String tlsName, int timeoutMs) {
        this.tls = tls;
        this.tlsName = tlsName;
        this.timeoutMs = timeoutMs;
    }

    /**
     * Connects {@code socket} and returns what to speak through: itself, or TLS over it.
     *
     * @param address {@code ip:port}, with IPv6 in brackets
     */
    Socket dial(Socket socket, String address) throws IOException {
        InetSocketAddress target = parse(address);
        socket.setTcpNoDelay(true);
        socket.connect(target, timeoutMs);
        return tls == null ? socket : secure(tls, socket, target.getPort());
    }

    private Socket secure(SSLSocketFactory factory, Socket socket, int port) throws IOException {
        socket.setSoTimeout(timeoutMs);
        SSLSocket secured = (SSLSocket) factory.createSocket(socket, tlsName, port, true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    static InetSocketAddress parse(String address) throws IOException {
        int colon = address.lastIndexOf(':');
        if (colon < 1) {
            throw new IOException("address: " + address + " (expected: ip:port)");
        }
        String host = address.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return new InetSocketAddress(host, port(address, colon));
    }

    private static int port(String address, int colon) throws IOException {
        try {
            int port = Integer.parseInt(address.substring(colon + 1));
            if (port >= 1 && port <= MAX_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Answered below, as a number out of range is.
        }
        throw new IOException("address: " + address + " (expected: a port of 1 to " + MAX_PORT + ")");
    }
}
