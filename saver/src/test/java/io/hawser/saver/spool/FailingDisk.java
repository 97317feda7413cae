package io.hawser.saver.spool;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** A real disk, but for what fails when it is told to. */
final class FailingDisk implements SpoolFile.Disk {
    private volatile boolean failing;
    private volatile boolean refusesTruncation;
    private volatile boolean refusesCreation;
    private volatile boolean tearing;

    void failNextSync() {
        failing = true;
    }

    /** Nothing that was written before can be taken back. */
    void refuseTruncation() {
        refusesTruncation = true;
    }

    /** Half of it is there then. */
    void tearNextWrite() {
        tearing = true;
    }

    /** No file is made any more, or again. */
    void refuseCreation(boolean refuses) {
        refusesCreation = refuses;
    }

    @Override
    public FileChannel create(Path path) throws IOException {
        if (refusesCreation) {
            throw new IOException("told to");
        }
        return new Channel(SpoolFile.Disk.REAL.create(path));
    }

    private final class Channel extends FileChannel {
        private final FileChannel real;

        Channel(FileChannel real) {
            this.real = real;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            if (failing) {
                failing = false;
                throw new IOException("told to");
            }
            real.force(metaData);
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            if (refusesTruncation) {
                throw new IOException("told to");
            }
            return real.truncate(size);
        }

        @Override
        public int write(ByteBuffer source) throws IOException {
            if (tearing) {
                tearing = false;
                real.write(source.slice(source.position(), source.remaining() / 2));
                throw new IOException("told to");
            }
            return real.write(source);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            real.close();
        }

        @Override
        public int read(ByteBuffer target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long position() {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel position(long newPosition) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long size() {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(ByteBuffer target, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer source, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }
    }
}
