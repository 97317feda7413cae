package io.hawser.keeper.config;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A component of a configuration record whose default serves who tries the service out, and nobody else: the address of a
 * store, say, which by default is one of this machine's own. An instance that starts with less than what is meant for it,
 * since that is wrong, must not take such a default where a value was meant.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface NoFallback {}
