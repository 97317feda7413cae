package io.hawser.room;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;

/** One of many clients that connect, by any transport, bind, and then keep silent. */
final class IdleClient {
    /** More than a WELCOME, at most a WELCOME and a BOUND. */
    private static final int WELCOME_AND_BOUND_BYTES = 45;

    private static final SSLContext TLS = tls();
    private static final byte[] UPGRADE = """
            GET /v1/connect HTTP/1.1
            Host: room
            Upgrade: websocket
            Connection: Upgrade
            Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
            Sec-WebSocket-Version: 13

            """.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);

    private final Socket socket;
    private final boolean webSocket;

    private IdleClient(Socket socket, boolean webSocket) {
        this.socket = socket;
        this.webSocket = webSocket;
    }

    static IdleClient connect(String transport, String address) throws IOException {
        URI uri = URI.create("room://" + address);
        boolean secure = transport.equals("tls") || transport.equals("wss");
        Socket socket = secure
                ? TLS.getSocketFactory().createSocket(uri.getHost(), uri.getPort())
                : new Socket(uri.getHost(), uri.getPort());
        IdleClient client = new IdleClient(socket, transport.startsWith("ws"));
        if (client.webSocket) {
            socket.getOutputStream().write(UPGRADE);
            client.skipHttp();
        }
        return client;
    }

    private static SSLContext tls() {
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
            return tls;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private void skipHttp() throws IOException {
        InputStream in = socket.getInputStream();
        int matched = 0;
        while (matched < 4) {
            int next = in.read();
            matched = next == "\r\n\r\n".charAt(matched) ? matched + 1 : 0;
        }
    }

    void send(byte[] frame) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (webSocket) {
            out.write(0x82);
            writeLength(out, frame.length);
            // A mask of nothing masks nothing.
            out.writeBytes(new byte[4]);
        }
        out.writeBytes(frame);
        socket.getOutputStream().write(out.toByteArray());
    }

    private static void writeLength(ByteArrayOutputStream out, int length) {
        if (length < 126) {
            out.write(0x80 | length);
        } else {
            out.write(0x80 | 126);
            out.write(length >> 8);
            out.write(length);
        }
    }

    void awaitWelcomeAndBound() throws IOException {
        if (socket.getInputStream().readNBytes(WELCOME_AND_BOUND_BYTES).length < WELCOME_AND_BOUND_BYTES) {
            throw new EOFException("the room closed a connection");
        }
    }
}
