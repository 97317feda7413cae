package io.hawser.keeper.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Records by reflection. Configuration records need not be public. */
final class Reflection {
    private Reflection() {}

    /** Returns what the record declares as its defaults, or null when it declares none. */
    static @Nullable Object defaults(Class<?> type) {
        try {
            Method declared = type.getDeclaredMethod("defaults");
            declared.setAccessible(true);
            return declared.invoke(null);
        } catch (NoSuchMethodException e) {
            return null;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.getName() + ".defaults() failed", e);
        }
    }

    static @Nullable Object read(RecordComponent component, Object record) {
        try {
            Method accessor = component.getAccessor();
            accessor.setAccessible(true);
            return accessor.invoke(record);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(component + " cannot be read", e);
        }
    }

    static Object construct(Class<?> type, @Nullable Object[] values) {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        return construct(type, types, values);
    }

    /** Calls the canonical constructor. What it throws about the values, a RuntimeException, is thrown on. */
    static Object construct(Class<?> type, Class<?>[] types, @Nullable Object... values) {
        try {
            Constructor<?> canonical = type.getDeclaredConstructor(types);
            canonical.setAccessible(true);
            return canonical.newInstance(values);
        } catch (InvocationTargetException e) {
            throw refusal(e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.getName() + " cannot be made", e);
        }
    }

    static RuntimeException refusal(InvocationTargetException e) {
        return e.getCause() instanceof RuntimeException refusal ? refusal : new IllegalStateException(e.getCause());
    }
}
