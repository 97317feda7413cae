package io.hawser.saver;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A database whose commits fail or wait when told to: each fault, and each hold, meets one write of the journal. */
final class FaultyDatabase {
    enum Fault {
        /** The connection breaks before the statement gets there. */
        LOST_BEFORE,
        /** The statement is committed, and the connection breaks before the answer. */
        LOST_AFTER,
        /** The server refuses it. */
        REFUSED,
        /** The JVM fails, not the database. */
        ERROR
    }

    /** A commit that does not go on before it is told to. */
    static final class Hold {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        /** Until the saver commits. */
        void awaitCommit() {
            pass(reached);
        }

        void release() {
            released.countDown();
        }

        private void meet() {
            reached.countDown();
            pass(released);
        }

        private static void pass(CountDownLatch latch) {
            try {
                if (!latch.await(30, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("held for 30 s");
                }
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private final Queue<Hold> holds = new ConcurrentLinkedQueue<>();
    private final AtomicInteger failedFolds = new AtomicInteger();
    private volatile boolean foldsFail;
    private final DataSource real;
    private volatile boolean away;

    FaultyDatabase(DataSource real) {
        this.real = real;
    }

    void failNext(Fault fault) {
        faults.add(fault);
    }

    /** Until it is healed. */
    void failFolds() {
        failedFolds.set(0);
        foldsFail = true;
    }

    /** In this fault. */
    int failedFolds() {
        return failedFolds.get();
    }

    Hold holdNext() {
        Hold hold = new Hold();
        holds.add(hold);
        return hold;
    }

    void heal() {
        faults.clear();
        foldsFail = false;
    }

    /** Nobody gets a connection any more, or everybody again. */
    void away(boolean isAway) {
        away = isAway;
    }

    DataSource dataSource() {
        return proxy(DataSource.class, (method, arguments) -> {
            if (away) {
                throw new SQLTransientConnectionException("fault: away");
            }
            Object result = invoke(real, method, arguments);
            return result instanceof Connection connection ? connection(connection) : result;
        });
    }

    private Connection connection(Connection connection) {
        return proxy(Connection.class, (method, arguments) -> {
            if (foldsFail && begins(arguments, "INSERT INTO user_log")) {
                failedFolds.incrementAndGet();
                throw new SQLTransientConnectionException("fault: no folds");
            }
            Object result = invoke(connection, method, arguments);
            boolean journal = begins(arguments, "INSERT INTO journal");
            return journal && result instanceof PreparedStatement statement ? statement(statement) : result;
        });
    }

    private static boolean begins(Object @Nullable [] arguments, String sql) {
        return arguments != null && arguments.length > 0 && arguments[0] instanceof String text && text.startsWith(sql);
    }

    private PreparedStatement statement(PreparedStatement statement) {
        return proxy(PreparedStatement.class, (method, arguments) -> {
            Fault fault = method.getName().equals("executeUpdate") ? meet() : null;
            if (fault == Fault.LOST_BEFORE) {
                throw new SQLTransientConnectionException("fault: lost before");
            }
            if (fault == Fault.REFUSED) {
                throw new SQLDataException("fault: refused");
            }
            if (fault == Fault.ERROR) {
                throw new OutOfMemoryError("fault");
            }
            Object result = invoke(statement, method, arguments);
            if (fault == Fault.LOST_AFTER) {
                throw new SQLTransientConnectionException("fault: lost after");
            }
            return result;
        });
    }

    /** Waits where it is told to; returns what happens then. */
    private @Nullable Fault meet() {
        Hold hold = holds.poll();
        if (hold != null) {
            hold.meet();
        }
        return faults.poll();
    }

    private interface Call {
        Object on(Method method, Object[] arguments) throws SQLException;
    }

    @SuppressWarnings("NullAway") // java.lang.reflect hands on null as it comes.
    private static Object invoke(Object target, Method method, Object[] arguments) throws SQLException {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SQLException cause) {
                throw cause;
            }
            throw new IllegalStateException(e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("NullAway")
    private static <T> T proxy(Class<T> type, Call call) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (self, method, arguments) -> call.on(method, arguments)));
    }
}
