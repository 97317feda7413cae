package io.hawser.room;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.hawser.wire.Frame;
import io.hawser.wire.FrameLimits;
import io.hawser.wire.FrameReader;
import io.hawser.wire.FrameType;
import io.hawser.wire.Frames;
import io.hawser.wire.v1.Ack;
import io.hawser.wire.v1.Bind;
import io.hawser.wire.v1.Bound;
import io.hawser.wire.v1.Error;
import io.hawser.wire.v1.Hello;
import io.hawser.wire.v1.Message;
import io.hawser.wire.v1.Resume;
import io.hawser.wire.v1.Unbound;
import io.hawser.wire.v1.Welcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A client on a real socket that does what the test says, and nothing by itself. */
final class TestClient implements AutoCloseable {
    private static final int READ_TIMEOUT_MILLIS = 30_000;

    private final Socket socket;
    private final FrameReader reader;

    private TestClient(Socket socket) throws IOException {
        this.socket = socket;
        this.reader = new FrameReader(socket.getInputStream(), FrameLimits.MAX_ROOM_FRAME_BYTES);
    }

    /** Connects to "ip:port". */
    static TestClient connect(String address) {
        return connect(address, 0);
    }

    /** Binds the user, by a client that would come back, and drops. Returns the token to come back with. */
    ByteString bindsAndDrops(String user) {
        try (this) {
            ByteString token = welcome(resumable().build()).getResumeToken();
            bound(bind(user));
            return token;
        }
    }

    /** Connects over TLS. */
    static TestClient connect(String address, SSLContext tls) {
        try {
            URI uri = URI.create("tls://" + address);
            SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(uri.getHost(), uri.getPort());
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.startHandshake();
            return new TestClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the room has closed, whatever it says before. */
    void awaitClosed() {
        var _ = readAll();
    }

    /** Reads text until the room closes. */
    String readAll() {
        return readUntil("none of this ever comes");
    }

    /** Reads text until this has come, or the room closed. */
    String readUntil(String end) {
        StringBuilder text = new StringBuilder();
        try {
            InputStream in = socket.getInputStream();
            int next = in.read();
            while (next >= 0) {
                text.append((char) next);
                next = text.indexOf(end) < 0 ? in.read() : -1;
            }
        } catch (SocketTimeoutException e) {
            throw new UncheckedIOException(e);
        } catch (IOException e) {
            // Reset: closed with input unread.
        }
        return text.toString();
    }

    /** Of a client that speaks TLS. */
    SSLSession tls() {
        return ((SSLSocket) socket).getSession();
    }

    /** Connects with a receive buffer of this size; 0: the system's. */
    static TestClient connect(String address, int receiveBufferBytes) {
        return connect(address, receiveBufferBytes, "127.0.0.1");
    }

    /** Connects from an address of this machine: all of 127.0.0.0/8 are. */
    static TestClient connectFrom(String source, String address) {
        return connect(address, 0, source);
    }

    private static TestClient connect(String address, int receiveBufferBytes, String source) {
        try {
            Socket socket = new Socket();
            if (receiveBufferBytes > 0) {
                socket.setReceiveBufferSize(receiveBufferBytes);
            }
            socket.bind(new InetSocketAddress(source, 0));
            int colon = address.lastIndexOf(':');
            InetAddress host = InetAddress.getByName(address.substring(0, colon));
            socket.connect(new InetSocketAddress(host, Integer.parseInt(address.substring(colon + 1))));
            socket.setSoTimeout(READ_TIMEOUT_MILLIS);
            socket.setTcpNoDelay(true);
            return new TestClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Bind bind(String user) {
        return Bind.newBuilder()
                .setBinding(1)
                .setApp("demo")
                .setUser(user)
                .setDevice("d1")
                .setInstallationNonce(ByteString.copyFromUtf8("01234567"))
                .setToken(Tokens.of("demo", user))
                .build();
    }

    static byte[] helloFrame() {
        return Frames.encode(
                FrameType.HELLO,
                Hello.newBuilder().setMinVersion(1).setMaxVersion(1).build());
    }

    /** All that a client says until it is bound. */
    static byte[] helloAndBind(String user) {
        byte[] bind = Frames.encode(FrameType.BIND, bind(user));
        return ByteString.copyFrom(helloFrame())
                .concat(ByteString.copyFrom(bind))
                .toByteArray();
    }

    /** Reads frames until one of this type has come. */
    static void skipTo(InputStream in, int type) throws IOException {
        FrameReader frames = new FrameReader(in, FrameLimits.MAX_ROOM_FRAME_BYTES);
        Frame frame = frames.read();
        while (frame != null && frame.type() != type) {
            frame = frames.read();
        }
    }

    TestClient greet() {
        welcome();
        return this;
    }

    void hello() {
        send(
                FrameType.HELLO,
                Hello.newBuilder().setMinVersion(1).setMaxVersion(1).build());
    }

    Welcome welcome() {
        hello();
        return expect(FrameType.WELCOME, Welcome.parser());
    }

    Welcome welcome(Hello hello) {
        send(FrameType.HELLO, hello);
        return expect(FrameType.WELCOME, Welcome.parser());
    }

    /** Greets as a client that would come back. */
    static Hello.Builder resumable() {
        return Hello.newBuilder().setMinVersion(1).setMaxVersion(1).setResumable(true);
    }

    /** Greets as one that is back, with the binding that {@link #bind} makes. */
    static Hello resumes(ByteString token, long position) {
        return resumable()
                .setResumeToken(token)
                .addResume(Resume.newBuilder()
                        .setBinding(1)
                        .setInstallationNonce(bind("anyone").getInstallationNonce())
                        .setPosition(position))
                .build();
    }

    Bound bound(Bind bind) {
        send(FrameType.BIND, bind);
        return expect(FrameType.BOUND, Bound.parser());
    }

    /** Greets and binds the user from this position. */
    TestClient bound(String user, long position) {
        greet();
        bound(bind(user).toBuilder().setPosition(position).build());
        return this;
    }

    /** After {@link #helloAndBind}. */
    void awaitBound() {
        expect(FrameType.WELCOME, Welcome.parser());
        expect(FrameType.BOUND, Bound.parser());
    }

    Unbound refused(Bind bind) {
        send(FrameType.BIND, bind);
        return expect(FrameType.UNBOUND, Unbound.parser());
    }

    /** Greets; false where the room closes instead, or says why not. */
    boolean isWelcome() {
        try {
            hello();
            return nextType() == FrameType.WELCOME;
        } catch (UncheckedIOException closed) {
            return false;
        }
    }

    /** Waits until the room has closed; false: it says something instead. */
    boolean closes() {
        try {
            return read() == null;
        } catch (UncheckedIOException reset) {
            return true;
        }
    }

    /** Waits for the next frame; 0: the room closed. */
    int nextType() {
        Frame frame = read();
        return frame == null ? 0 : frame.type();
    }

    void ping() {
        sendRaw(Frames.encode(FrameType.PING, new byte[0]));
    }

    void acknowledge(long seq) {
        send(FrameType.ACK, Ack.newBuilder().setBinding(1).setSeq(seq).build());
    }

    Message message() {
        return expect(FrameType.MESSAGE, Message.parser());
    }

    Error error() {
        return expect(FrameType.ERROR, Error.parser());
    }

    void send(int type, MessageLite body) {
        sendRaw(Frames.encode(type, body));
    }

    void sendRaw(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    <T extends MessageLite> T expect(int type, Parser<T> parser) {
        Frame frame = read();
        if (frame == null || frame.type() != type) {
            throw new AssertionError("came: " + frame + " (expected: " + FrameType.nameOf(type) + ")");
        }
        return Frames.parse(parser, frame.body());
    }

    /** Whether bytes have come that were not read. */
    boolean hasInput() {
        try {
            return socket.getInputStream().available() > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for the next frame; null: the room closed. */
    @Nullable
    Frame read() {
        try {
            return reader.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
