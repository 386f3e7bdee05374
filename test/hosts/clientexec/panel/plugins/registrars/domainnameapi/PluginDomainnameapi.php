<?php

use Keyturn\Host\DomainNameApi\Library;

require_once 'modules/admin/models/RegistrarPlugin.php';
require_once 'plugins/registrars/domainnameapi/api.php';

/** Stand-in for the vendor's plugin 2.0.16: its names, its settings, and that its test switch is never read. */
class PluginDomainnameapi extends RegistrarPlugin
{
    public const MODULE_VERSION = '2.0.16';

    /** @var Library */
    private $api;

    public function getVariables()
    {
        return [
            lang('Plugin Name') => ['type' => 'hidden', 'value' => lang('Domain Name Api')],
            lang('Use testing server') => ['type' => 'yesno', 'value' => 0],
            lang('Username') => ['type' => 'text', 'value' => ''],
            lang('Password') => ['type' => 'password', 'value' => ''],
            lang('NameServer 1') => ['type' => 'text', 'value' => ''],
            lang('NameServer 2') => ['type' => 'text', 'value' => ''],
            lang('Actions') => ['type' => 'hidden', 'value' => 'Register'],
        ];
    }

    public function setup()
    {
        $username = $this->settings->get('plugin_Domainnameapi_Username');
        $password = $this->settings->get('plugin_Domainnameapi_Password');
        $this->api = new Library($username, $password);
    }

    /** What a domain search or an order makes it do: one call, and both sides of it in the log. */
    public function askVendor(): int
    {
        $this->setup();
        $status = $this->api->account();
        CE_Lib::log(4, ['DomainName API Request:', $this->api->lastRequest]);
        return $status;
    }
}
