<?php

require_once 'modules/admin/models/NE_Plugin.php';

class RegistrarPlugin extends NE_Plugin
{
}
