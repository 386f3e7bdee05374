<?php

declare(strict_types=1);

namespace Keyturn\Connector\ClientExec;

use Keyturn\Connector\Host;
use Keyturn\Connector\Module;
use Keyturn\Connector\Refusal;
use Keyturn\Connector\Stored;

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

    public function version(): ?string
    {
        $function = ['CE_Lib', 'getAppVersion'];
        $version = class_exists('CE_Lib') && is_callable($function) ? $function() : null;
        return is_string($version) ? $version : null;
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
        $others = [];
        foreach ($this->files->labels() as $label) {
            $name = self::PREFIX . $label;
            if ($name !== self::USERNAME && $name !== self::PASSWORD) {
                $others[$label] = $this->settings->get($name);
            }
        }
        return new Stored($this->text(self::USERNAME), $this->text(self::PASSWORD), null, $others);
    }

    public function write(string $place, Stored $wanted): void
    {
        if ($wanted->testMode === true) {
            throw new Refusal('by-hand', 'The plugin of ClientExec asks the live system whatever its switch says.');
        }
        $now = $this->read($place);
        $changes = [];
        foreach ($wanted->others as $label => $value) {
            $changes[self::PREFIX . $label] = [$now->others[$label] ?? null, $value];
        }
        $changes[self::USERNAME] = [$now->username, $wanted->username];
        $changes[self::PASSWORD] = [$now->password, $wanted->password];
        foreach ($changes as $name => [$is, $shall]) {
            if ($is !== $shall) {
                $this->settings->put($name, $shall);
            }
        }
    }

    public function canWrite(): bool
    {
        return true;
    }

    private function text(string $name): string
    {
        return (string) $this->settings->get($name);
    }
}
