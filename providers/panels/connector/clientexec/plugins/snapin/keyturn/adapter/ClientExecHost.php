<?php

declare(strict_types=1);

namespace Keyturn\Connector\ClientExec;

use Keyturn\Connector\Host;
use Keyturn\Connector\Module;
use Keyturn\Connector\Stored;

// Asked for through the web server, the file does nothing and says nothing of where it lies.
if (!interface_exists(Host::class)) {
    return;
}

/** ClientExec as the connector sees it: one place, two settings of the registrar plugin, and a test switch that does nothing. */
final class ClientExecHost implements Host
{
    /** The plugin reads these two names and no others, whatever the language: a translated one would be of no effect. */
    private const PREFIX = 'plugin_Domainnameapi_';
    private const USERNAME = 'plugin_Domainnameapi_Username';
    private const PASSWORD = 'plugin_Domainnameapi_Password';

    /** @var PanelSettings */
    private $settings;

    /** @var ModuleFiles */
    private $files;

    public function __construct(string $root, PanelSettings $settings)
    {
        $this->settings = $settings;
        $this->files = new ModuleFiles($root);
    }

    public function kind(): string
    {
        return 'clientexec';
    }

    /** Nice to know and no more: a ClientExec that does not tell its version is none the worse. */
    public function version(): ?string
    {
        try {
            $version = class_exists('CE_Lib') ? \CE_Lib::getAppVersion() : null;
            return is_string($version) ? $version : null;
        } catch (\Throwable $error) {
            return null;
        }
    }

    public function module(): Module
    {
        return $this->files->module();
    }

    public function places(): array
    {
        return ['' => 'ClientExec'];
    }

    /** Test mode is null: the plugin never reads its "Use testing server", so no value of it says anything. It is among the others. */
    public function read(string $place): Stored
    {
        $names = [self::USERNAME, self::PASSWORD];
        foreach ($this->files->labels() as $label) {
            $names[] = self::PREFIX . $label;
        }
        $others = [];
        $values = $this->settings->values($names);
        foreach ($values as $name => $value) {
            if ($name !== self::USERNAME && $name !== self::PASSWORD) {
                $others[substr($name, strlen(self::PREFIX))] = $value;
            }
        }
        return new Stored((string) $values[self::USERNAME], (string) $values[self::PASSWORD], null, $others);
    }

    /** Only what differs is written: every write is a call of its own, after which ClientExec may do more. */
    public function write(string $place, Stored $wanted): void
    {
        $now = $this->read($place);
        foreach ($wanted->others as $label => $value) {
            if ($value !== ($now->others[$label] ?? null)) {
                $this->settings->put(self::PREFIX . $label, $value);
            }
        }
        if ($now->username !== $wanted->username) {
            $this->settings->put(self::USERNAME, $wanted->username);
        }
        if ($now->password !== $wanted->password) {
            $this->settings->put(self::PASSWORD, $wanted->password);
        }
    }

    public function canWrite(): bool
    {
        return true;
    }
}
