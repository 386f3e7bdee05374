<?php

declare(strict_types=1);

namespace Keyturn\Connector;

/**
 * Keeps what the panel's functions print and warn of while we call them out of the reply and out of every log: a warning's text
 * may hold a stored value.
 */
final class Quiet
{
    private int $level;

    public function __construct()
    {
        $this->level = ob_get_level();
        // The callback drops what is printed even if somebody flushes. The buffer can be ended by others: code that ends
        // buffers until there is none would otherwise run for ever.
        ob_start(static fn (): string => '', 0, PHP_OUTPUT_HANDLER_CLEANABLE | PHP_OUTPUT_HANDLER_REMOVABLE);
        set_error_handler([self::class, 'onError']);
    }

    public function end(): void
    {
        restore_error_handler();
        while (ob_get_level() > $this->level && @ob_end_clean()) {
            continue;
        }
    }

    /** Our own mistakes must not go on as if nothing were; what the panel complains of is none of our business. */
    public static function onError(int $severity, string $message, string $file): bool
    {
        $announced = (error_reporting() & $severity) !== 0;
        $deprecation = ($severity & (E_DEPRECATED | E_USER_DEPRECATED)) !== 0;
        if ($announced && !$deprecation && dirname($file) === __DIR__) {
            throw new \ErrorException('The connector made a mistake.');
        }
        return true;
    }
}
