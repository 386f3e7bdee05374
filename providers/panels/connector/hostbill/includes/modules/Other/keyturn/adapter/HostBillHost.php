<?php

declare(strict_types=1);

namespace Keyturn\Connector\HostBill;

use Keyturn\Connector\Host;
use Keyturn\Connector\Module;
use Keyturn\Connector\Refusal;
use Keyturn\Connector\Stored;

// Asked for through the web server, the file does nothing and says nothing of where it lies.
if (!interface_exists(Host::class)) {
    return;
}

/**
 * HostBill. Which of two places holds the credential depends on the installation: the module's own configuration, or an App of the
 * module under Settings > Apps, of which there may be several. Both are places here.
 */
final class HostBillHost implements Host
{
    private const MODULE_PLACE = 'module';
    private const APP_PLACE = 'app-';
    private const OWNED = ['username' => 0, 'password' => 0, 'testmode' => 0];

    private RegistrarModule $registrar;
    private Apps $apps;
    private Savers $savers;

    public function __construct()
    {
        // This file is includes/modules/Other/keyturn/adapter/HostBillHost.php of a HostBill.
        $this->registrar = new RegistrarModule(dirname(__DIR__, 3));
        $this->apps = new Apps();
        $this->savers = new Savers(new StoredRow());
    }

    public function kind(): string
    {
        return 'hostbill';
    }

    public function version(): ?string
    {
        $answer = class_exists('ApiWrapper') ? (new \ApiWrapper())->getHostBillversion() : null;

        return is_array($answer) && is_string($answer['version'] ?? null) ? $answer['version'] : null;
    }

    public function module(): Module
    {
        return $this->registrar->facts();
    }

    public function places(): array
    {
        $places = [self::MODULE_PLACE => 'Module configuration'];
        foreach ($this->apps->all() as $id => $name) {
            $places[self::APP_PLACE . $id] = 'App ' . $id . ($name === '' ? '' : ': ' . $name);
        }

        return $places;
    }

    public function read(string $place): Stored
    {
        $app = $this->appOf($place);
        if ($app !== null) {
            $details = $this->apps->details($app);
            $switch = $this->apps->testSwitch($details);

            return new Stored(
                self::text($details['username']),
                self::text($details['password']),
                $switch === null ? null : self::isTest($switch),
                $this->apps->others($details)
            );
        }
        $values = $this->registrar->configuration($this->registrar->instance());

        return new Stored(
            self::text($values['username']['value'] ?? ''),
            self::text($values['password']['value'] ?? ''),
            is_array($values['testmode'] ?? null) ? self::isTest($values['testmode']['value'] ?? '') : null,
            array_diff_key($values, self::OWNED)
        );
    }

    public function write(string $place, Stored $wanted): void
    {
        $app = $this->appOf($place);
        if ($app !== null) {
            $details = array_replace($this->apps->details($app), $wanted->others);
            $this->savers->saveApp($app, $this->apps->with($details, $wanted->username, $wanted->password, $wanted->testMode));

            return;
        }
        $instance = $this->registrar->instance();
        $values = array_replace($this->registrar->configuration($instance), $wanted->others);
        $values['username']['value'] = $wanted->username;
        $values['password']['value'] = $wanted->password;
        if ($wanted->testMode !== null) {
            $values['testmode']['value'] = $wanted->testMode ? '1' : '0';
        }
        $this->savers->saveModule($instance, $values);
    }

    /** True if one of the places can be saved by program; `write` says by-hand for one that cannot. */
    public function canWrite(): bool
    {
        foreach (array_keys($this->apps->all()) as $id) {
            if ($this->savers->hasForApp((string) $id)) {
                return true;
            }
        }

        return $this->registrar->facts()->active === true && $this->savers->hasForModule($this->registrar->instance());
    }

    /** The App's id; null for the module's own configuration. */
    private function appOf(string $place): ?string
    {
        if ($place === self::MODULE_PLACE) {
            return null;
        }
        $id = strpos($place, self::APP_PLACE) === 0 ? substr($place, strlen(self::APP_PLACE)) : '';
        if (!array_key_exists($id, $this->apps->all())) {
            throw new Refusal('place-unknown', 'The module has no App of this id.');
        }

        return $id;
    }

    /** @param mixed $value */
    private static function text($value): string
    {
        return is_scalar($value) ? (string) $value : '';
    }

    /**
     * As the module itself compares it: loosely with '1', so that "on" and "true" are live.
     *
     * @param mixed $value
     */
    private static function isTest($value): bool
    {
        return is_scalar($value) && !is_bool($value) ? $value == '1' : $value === true;
    }
}
